"""Every command and role under bad settings, folders and files: a sentence that names what is wrong, no stack trace."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.local.ports import free_ports
from gateway import environment
from gateway.cli import COMMANDS, main
from schemas.identity import reference

REFERENCE = reference(b"a secret of sixteen bytes", "somebody")
ROLES: tuple[tuple[str, ...], ...] = (
    ("serve",), ("collect",), ("work", "normalise"), ("work", "triage"), ("work", "letters"), ("work", "project"),
    ("work", "insight", "relate"), ("monitor",),
)  # fmt: skip
ASKING: tuple[tuple[str, ...], ...] = (
    ("topics", "list"), ("topics", "diff"), ("topics", "apply"), ("doctor",), ("doctor", "--settings"),
    ("case", REFERENCE), ("decide", REFERENCE), ("decisions",), ("view", "rebuild"), ("lag", "--seconds", "0"),
    ("reconcile",), ("dead-letters", "list"), ("letters", "list"), ("rewind", "triage", "0", "0"),
    ("blobs", "sweep"),
    ("import", "MAILDIR", "--mailbox", "a@example.org"),
)  # fmt: skip
"""Commands that read the settings; the others (classify, train, …) have none."""


def _nothing(data: Path) -> None:
    data.mkdir()


def _a_file(data: Path) -> None:
    data.write_text("")


def _with(name: str, content: bytes | None) -> Callable[[Path], None]:
    def prepare(data: Path) -> None:
        data.mkdir()
        if content is None:
            (data / name).mkdir()
        else:
            (data / name).write_bytes(content)

    return prepare


@dataclass(frozen=True)
class Bad:
    """What is wrong, the word that must be named, and who must refuse it (every role and `up`, if `house`)."""

    named: str
    env: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], None] = _nothing
    house: bool = True
    refused_by: tuple[tuple[str, ...], ...] = ()


HOUSE = [
    Bad("GATEWAY_PAK", {"GATEWAY_PAK": "x"}),
    Bad("GATEWAY_SETTINGS_FILE", {"GATEWAY_SETTINGS_FILE": "/nowhere/gateway.env"}),
    Bad("GATEWAY_SECRET_FILE", {"GATEWAY_SECRET_FILE": "/nowhere/secret"}),
    Bad("GATEWAY_HTTP_PORT", {"GATEWAY_HTTP_PORT": "eighty"}),
    Bad("GATEWAY_LOG_LEVEL", {"GATEWAY_LOG_LEVEL": "loud"}),
    Bad("GATEWAY_KAFKA_BOOTSTRAP", {"GATEWAY_KAFKA_BOOTSTRAP": "kafka:9o92"}),
    Bad("GATEWAY_KAFKA_BOOTSTRAP", {"GATEWAY_KAFKA_BOOTSTRAP": "http://kafka:9092/"}),
    Bad("GATEWAY_KAFKA_SASL_USERNAME", {"GATEWAY_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}),
    Bad("GATEWAY_PUBLIC_URL", {"GATEWAY_PUBLIC_URL": "complaints.example.org"}),
    Bad("GATEWAY_INSTANCE", {"GATEWAY_INSTANCE": "a b"}),
]
VIEW: tuple[tuple[str, ...], ...] = (("case", REFERENCE), ("decisions",))
SOME = [
    Bad("GATEWAY_TRUSTED_PROXIES", {"GATEWAY_TRUSTED_PROXIES": "["}),
    Bad("GATEWAY_DATA_DIR", prepare=_a_file, refused_by=ROLES),
    Bad("GATEWAY_ROUTES", {"GATEWAY_ROUTES": "/nowhere/routes.yaml"}, refused_by=(("topics", "list"),)),
    Bad("GATEWAY_PACK", {"GATEWAY_PACK": "typo"}),
    Bad("GATEWAY_PUBLIC_URL", {"GATEWAY_HTTP_HOST": "0.0.0.0"}, refused_by=(("serve",), ("doctor",))),
    Bad("GATEWAY_LETTERS_LANES", {"GATEWAY_LETTERS_LANES": "sms"}, refused_by=(("doctor", "--settings"),)),
    Bad("CHANNEL_MAIL_MAILBOXES", {"CHANNEL_MAIL_MAILBOXES": "{"}, refused_by=(("doctor", "--settings"),)),
    Bad("CHANNEL_MAIL_IMAP_USER", {"CHANNEL_MAIL_IMAP_HOST": "x.example.org"}, refused_by=(("doctor", "--settings"),)),
    Bad("secret", prepare=_with("secret", b"abc"), house=False, refused_by=(("serve",), ("work", "normalise"))),
    Bad("secret", prepare=_with("secret", None), house=False, refused_by=(("serve",), ("doctor",))),
    Bad("GATEWAY_DATABASE_URL", {"GATEWAY_DATABASE_URL": "nonsense"}, house=False, refused_by=VIEW),
    Bad("GATEWAY_DATABASE_URL", {"GATEWAY_DATABASE_URL": "mysql://x/y"}, house=False, refused_by=VIEW),
    Bad("view rebuild", prepare=_with("view.sqlite", b"garbage " * 600), house=False, refused_by=VIEW),
    Bad("view.sqlite", prepare=_with("view.sqlite", None), house=False, refused_by=VIEW),
]  # fmt: skip


@pytest.fixture
def told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[Bad, tuple[str, ...]], tuple[int, str]]]:
    """Run a command in a folder of its own: exit code, and everything that it said."""
    for name in list(os.environ):
        if name.startswith(environment.PREFIXES):
            monkeypatch.delenv(name)
    for name in ("no_proxy", "NO_PROXY", *environment.known_names(), "GATEWAY_PAK"):
        monkeypatch.setenv(name, "x")
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    mask = os.umask(0o022)
    (port,) = free_ports(1)

    def run(bad: Bad, words: tuple[str, ...]) -> tuple[int, str]:
        data = tmp_path / "data"
        if not data.exists():
            bad.prepare(data)
        for name in environment.known_names() | {"GATEWAY_PAK"}:
            monkeypatch.delenv(name, raising=False)
        given = {"GATEWAY_DATA_DIR": str(data), "GATEWAY_KAFKA_BOOTSTRAP": f"127.0.0.1:{port}", **bad.env}
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        logging.root.handlers.clear()  # a role before this one wrote to what was captured then
        with pytest.raises(SystemExit) as ended:
            main([str(tmp_path) if word == "MAILDIR" else word for word in words])
        said = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 1), said.out + said.err

    yield run
    os.umask(mask)


@pytest.mark.parametrize("bad", HOUSE, ids=lambda bad: f"{bad.named}={next(iter(bad.env.values()))}")
def test_what_the_house_cannot_run_with_is_refused_by_everything(
    told: Callable[[Bad, tuple[str, ...]], tuple[int, str]], bad: Bad
) -> None:
    for words in (("up",), *ROLES, *ASKING):
        code, said = told(bad, words)
        assert code in ((1, 2) if words[0] == "doctor" else (2,)), (words, said)
        assert bad.named in said, (words, said)
        assert "Traceback" not in said
        assert words[0] == "doctor" or len(said.strip().splitlines()) == 1, said


@pytest.mark.parametrize("bad", SOME, ids=lambda bad: bad.named)
def test_what_concerns_some_is_refused_by_them_and_harms_no_other(
    told: Callable[[Bad, tuple[str, ...]], tuple[int, str]], bad: Bad
) -> None:
    refusing = (*((("up",),) if bad.house else ()), *bad.refused_by)
    for words in refusing:
        code, said = told(bad, words)
        assert code in ((1, 2, 3) if words[0] == "doctor" else (2, 3)), (words, said)
        assert bad.named in said, (words, said)
        assert "Traceback" not in said
    for words in (
        ("case", REFERENCE),
        ("topics", "list"),
        ("doctor", "--settings"),
        ("dead-letters", "list"),
    ):
        code, said = told(bad, words)
        assert code in (0, 1, 2, 3)
        assert "Traceback" not in said


def test_every_command_says_what_is_missing_when_kafka_is_away(
    told: Callable[[Bad, tuple[str, ...]], tuple[int, str]],
) -> None:
    needs = {("topics", "diff"), ("topics", "apply"), ("view", "rebuild"), ("reconcile",),
             ("rewind", "triage", "0", "0"), ("dead-letters", "list"),
             ("letters", "list"), ("lag", "--seconds", "0"), ("collect",), ("work", "normalise")}  # fmt: skip
    for words in sorted(needs):
        code, said = told(Bad(""), words)
        assert code == 3, (words, said)
        assert "127.0.0.1" in said, (words, said)
        assert "Traceback" not in said


def test_the_version_is_told(told: Callable[[Bad, tuple[str, ...]], tuple[int, str]]) -> None:
    code, said = told(Bad(""), ("--version",))
    assert code == 0
    assert said.startswith("gateway, version ")


def test_the_table_knows_every_command() -> None:
    without_settings = {"schemas", "read", "classify", "compare", "train", "evaluate", "route", "up"}
    assert {words[0] for words in (*ROLES, *ASKING)} | without_settings == set(COMMANDS)
