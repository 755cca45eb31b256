"""`gateway read`: every file has its lines, whatever is in it, and each message says what becomes of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from channels.registry import BY_NAME
from gateway.cli.read import lines, read
from tests.unit.gateway.still import Still

MAIL = b"From: Ann <ann@example.net>\r\nTo: help@example.org\r\nSubject: x\r\n\r\n%s\r\n"


def told(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    ended = CliRunner().invoke(read, ["--channel", "mail", *arguments])
    return ended.exit_code, [json.loads(line) for line in ended.output.splitlines()]


def test_a_file_is_named_as_it_was_given_and_the_next_one_follows(tmp_path: Path) -> None:
    good, gone = tmp_path / "a.eml", tmp_path / "gone.eml"
    good.write_bytes(MAIL % b"The lift is broken and nobody answers my letters.")
    code, found = told("--mailbox", "help@example.org", str(gone), str(good))
    assert code == 1
    assert [one["file"] for one in found] == [str(gone), str(good)]
    assert found[0]["error"]["type"] == "NoSuchFile"
    assert (found[1]["becomes"], found[1]["letter"]) == ("case", "sent")


def test_our_own_mail_becomes_nothing(tmp_path: Path) -> None:
    ours = tmp_path / "a.eml"
    ours.write_bytes(MAIL % b"The lift is broken and nobody answers my letters.")
    _, (found,) = told("--own", "ann@example.net", str(ours))
    assert (found["becomes"], found["letter"]) == ("automatic", "")


def test_a_fact_is_a_name_and_a_value(tmp_path: Path) -> None:
    ended = CliRunner().invoke(read, ["--channel", "mail", "--fact", "authserv_id", str(tmp_path)])
    assert ended.exit_code == 2
    assert "is not NAME=VALUE" in ended.output


def test_whatever_one_file_brings_out_is_its_own_line() -> None:
    faulty = replace(BY_NAME["mail"], parse="tests.unit.gateway.still")
    (found,) = lines(faulty, "a.eml", MAIL % b"x", {}, Still())
    assert found["error"]["type"] == "ParserFault"
    assert "ZeroDivisionError" in found["error"]["detail"]
