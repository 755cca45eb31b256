"""Personal data and stack traces are found in logs, and nothing else is."""

from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.chaos.leaks import leaks, said_lost

QUIET = "2026-12-01 12:09:30 INFO gateway.intake the spool is empty; delivery vm_serve-1a231802fc9-1415 of guests\n"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ERROR cannot write to customer17@example.net", "personal data in a log"),
        ("ERROR Twilio refused +14155000017", "personal data in a log"),
        ("ERROR 700000017 blocked the bot", "personal data in a log"),
        ("INFO @guest17 wrote", "personal data in a log"),
        ("INFO Body=My+chaos+number+000017", "personal data in a log"),
        ("INFO from PAT QUILLFEATHER", "personal data in a log"),
        ("Traceback (most recent call last):", "stack trace in a log"),
    ],
)
def test_a_line_that_must_not_stand_there(tmp_path: Path, line: str, kind: str) -> None:
    log = tmp_path / "serve.log"
    log.write_text(QUIET)
    assert leaks([log, tmp_path / "none.log"]) == []
    log.write_text(f"{QUIET}{line}\n{line}\n")
    (found,) = leaks([log])
    assert found.kind == kind
    assert datetime.fromtimestamp(found.at) == datetime(2026, 12, 1, 12, 9, 30)
    assert found.says == f"serve.log, 2 lines: {line}"


def test_what_the_doors_say_they_lost(tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    says = "ERROR gateway.spool 2 confirmed deliveries were lost from the spool: the disk did not keep them\n"
    log.write_text(QUIET + says * 2)
    assert said_lost([log]) == 4
