"""When a stage stops itself, what a restart remembers of it, and that hints on disk can neither stop nor fool it."""

import os
from pathlib import Path

import pytest

from tests.unit.runtime.doubles import record
from workers.runtime import hints
from workers.runtime.attempts import Attempts
from workers.runtime.faults import FaultWindow
from workers.runtime.progress import ProgressFile


def trip(folder: Path, release: str = "1") -> FaultWindow:
    window = FaultWindow(folder, "s", release)
    assert [window.failed(f"m{number}", number) for number in range(20)] == [False] * 19 + [True]
    return window


def test_the_same_record_tried_again_is_one_failure(tmp_path: Path) -> None:
    window = FaultWindow(tmp_path, "s")
    assert not any(window.failed("the same", number) for number in range(50))


def test_after_a_restart_the_same_records_do_not_trip_it_again(tmp_path: Path) -> None:
    trip(tmp_path)
    again = FaultWindow(tmp_path, "s", "1")
    assert not any(again.failed(f"m{number}", number) for number in range(20))


def test_after_a_restart_one_more_person_trips_it(tmp_path: Path) -> None:
    """Nineteen others do not lose theirs first."""
    trip(tmp_path)
    assert FaultWindow(tmp_path, "s", "1").failed("new", "another")


def test_a_mended_release_and_another_stage_begin_anew_and_so_does_the_same_after_an_hour(
    tmp_path: Path,
) -> None:
    trip(tmp_path)
    assert not FaultWindow(tmp_path, "s", "2").failed("new", "another")
    assert not FaultWindow(tmp_path, "other", "1").failed("new", "another")
    os.utime(tmp_path / "s.faults.json", (1, 1))
    assert not FaultWindow(tmp_path, "s", "1").failed("new", "another")


def test_records_that_go_through_meanwhile_open_it_again(tmp_path: Path) -> None:
    window = trip(tmp_path)
    for _ in range(100):
        window.passed()
    assert not window.failed("m19", 19)


def test_nameless_failures_ask_for_the_samples_and_only_nothing_else_is_hopeless() -> None:
    window = FaultWindow(None, "s")
    for number in range(19):
        window.failed_nameless(f"m{number}")
    assert not window.suspicious
    window.failed_nameless("m18")
    assert not window.suspicious
    window.failed_nameless("m19")
    assert window.suspicious
    for number in range(20, 50):
        window.failed_nameless(f"m{number}")
    assert window.hopeless
    window.passed()
    assert not window.hopeless
    window.cleared()
    assert not window.suspicious


TORN = ["", "{", "[]", "7", '{"recent": 7, "release": "1"}', '{"recent": [7, [1, 2], ["a"]], "release": "1"}',
        '{"died_at": "x", "deaths": [], "suspect": 7, "suspected": null, "trying": {}}']  # fmt: skip


@pytest.mark.parametrize("content", TORN)
def test_whatever_lies_in_a_hint_is_no_reason_to_fail(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.faults.json").write_text(content)
    (tmp_path / "s-0.attempts.json").write_text(content)
    assert not FaultWindow(tmp_path, "s", "1").failed("m", "n")
    attempts = Attempts(tmp_path, "s", 0)
    attempts.begin(5, 3)
    assert (attempts.killer, attempts.careful) == (None, False)


def test_a_disk_that_takes_nothing_ends_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks, progress and the window are hints: without them a worker works, and above all it ends."""

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    attempts = Attempts(tmp_path, "s", 0)
    attempts.begin(5, 3)
    attempts.trying(record(5))
    attempts.survived(record(5))
    attempts.end()
    ProgressFile(tmp_path, "s", 0).state("running")
    trip(tmp_path)
    assert not hints.write(tmp_path / "x.json", {})
