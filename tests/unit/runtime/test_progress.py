"""Progress files: read past any damage, judged by the clock that never jumps, and written past a full disk."""

import json
import os
import time
from pathlib import Path

import pytest

from workers.runtime.attempts import Attempts
from workers.runtime.exits import EXIT_IN_DOUBT
from workers.runtime.faults import FaultWindow
from workers.runtime.progress import ProgressFile, read_progress

DAMAGE = ["", "{", '{"stage": "tri', "[]", "null", "7", '"x"', '{"monotonic": "x"}', "\x00\x00\x00", "{}"]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_hides_no_other(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "work-triage"
    folder.mkdir()
    (folder / "a-0.progress.json").write_text(damage)
    (folder / "b-0.progress.json").mkdir()
    ProgressFile(folder, "triage", 2).state("running")
    assert [(one.stage, one.partition, one.pid) for one in read_progress(tmp_path)] == [
        ("triage", 2, os.getpid())
    ]


def test_a_jump_of_the_wall_clock_makes_nobody_old(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    ProgressFile(folder, "triage", 0).state("running")
    path = folder / "triage-0.progress.json"
    for jump in (-3600, 3600):
        os.utime(path, (time.time() - jump, time.time() - jump))
        (told,) = read_progress(tmp_path)
        assert told.age(time.monotonic()) < 5
        assert told.age(time.monotonic() + 100) > 90 or jump == 3600


def test_a_disk_that_takes_nothing_holds_up_no_progress(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    progress = ProgressFile(folder, "triage", 0)
    progress.state("running")
    path = folder / "triage-0.progress.json"
    facts = json.loads(path.read_text()) | {"monotonic": time.monotonic() - 100}
    path.write_text(json.dumps(facts))
    os.utime(path, (time.time() - 100, time.time() - 100))
    (folder / "triage-0.progress.draft").mkdir()  # no file can be written there
    progress.state("paused")
    (told,) = read_progress(tmp_path)
    assert told.age(time.monotonic()) < 5


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_marks_of_earlier_ends_are_none(tmp_path: Path, damage: str) -> None:
    (tmp_path / "s-0.attempts.json").write_text(damage)
    attempts = Attempts(tmp_path, "s", 0)
    attempts.begin(7, 10)
    assert not attempts.careful
    (tmp_path / "s.faults.json").write_text(damage)
    assert not FaultWindow(tmp_path, "s").failed("m", "someone")


def test_marks_that_cannot_be_written_keep_nobody_from_ending(tmp_path: Path) -> None:
    attempts = Attempts(tmp_path, "s", 0)
    attempts.begin(7, 10)
    (tmp_path / "s-0.attempts.draft").mkdir()
    attempts.end()


def test_a_worker_in_doubt_ends_though_nobody_can_be_told() -> None:
    pid = os.fork()
    if pid == 0:
        os.close(2)
        from workers.runtime.exits import exit_in_doubt

        exit_in_doubt("whatever")
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == EXIT_IN_DOUBT
