"""How long a record waits for a blob is counted across restarts, whatever the wall clock does meanwhile."""

import json
from pathlib import Path

import pytest

from tests.unit.runtime.doubles import record
from workers.runtime.options import RunOptions
from workers.runtime.patience import Patience

HOUR = 3600.0


class Clocks:
    """A wall clock and a monotonic one; a restart gives the monotonic one another origin."""

    def __init__(self) -> None:
        self.wall, self.monotonic = 1_700_000_000.0, 50.0

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def started(self, path: Path | None) -> Patience:
        self.monotonic = 7.0
        return Patience(HOUR, path, lambda: self.wall, lambda: self.monotonic)


def looks_until_over(clocks: Clocks, path: Path | None, jump: float = 0.0, restarts: int = 20) -> int:
    """Restarted every ten minutes, looked at twice each time; how many restarts it took."""
    for count in range(restarts):
        patience = clocks.started(path)
        if patience.is_over(record(5)):
            return count
        clocks.passes(600)
        if patience.is_over(record(5)):
            return count
        clocks.wall += jump
    return restarts


@pytest.mark.parametrize("jump", [0.0, -1.0, -86_400.0, -100_000_000.0], ids=["none", "1s", "day", "years"])
def test_a_stage_restarted_more_often_than_hourly_still_ends_the_wait(tmp_path: Path, jump: float) -> None:
    assert looks_until_over(Clocks(), tmp_path / "s-0.waiting.json", jump) == 5


def test_the_time_that_the_stage_was_down_counts(tmp_path: Path) -> None:
    clocks, path = Clocks(), tmp_path / "s-0.waiting.json"
    assert not clocks.started(path).is_over(record(5))
    clocks.passes(HOUR)
    assert clocks.started(path).is_over(record(5))


def test_a_wall_clock_that_jumps_within_a_process_says_nothing(tmp_path: Path) -> None:
    clocks = Clocks()
    patience = clocks.started(tmp_path / "s-0.waiting.json")
    assert not patience.is_over(record(5))
    clocks.wall += 10 * HOUR
    assert not patience.is_over(record(5))
    clocks.passes(HOUR)
    assert patience.is_over(record(5))


def test_it_is_for_one_record_and_its_end_cleans_up(tmp_path: Path) -> None:
    clocks, path = Clocks(), tmp_path / "s-0.waiting.json"
    patience = clocks.started(path)
    patience.is_over(record(5))
    clocks.passes(HOUR)
    assert not patience.is_over(record(6))
    kept = json.loads(path.read_text())
    assert (kept["topic"], kept["partition"], kept["offset"]) == ("in", 0, 6)
    patience.done([record(5)])
    assert path.exists()
    patience.done([record(4), record(6)])
    assert not path.exists()
    assert not clocks.started(path).is_over(record(6))


@pytest.mark.parametrize(
    "torn", ["", "[]", '{"mark": "in/0/5"}', '{"mark": "in/0/5", "waited": "x", "at": NaN}', '{"mark": 5}']
)
def test_a_damaged_file_begins_anew(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "s-0.waiting.json"
    path.write_text(torn)
    assert not Clocks().started(path).is_over(record(5))


def test_without_a_folder_it_counts_within_the_process() -> None:
    clocks = Clocks()
    patience = clocks.started(None)
    assert not patience.is_over(record(5))
    clocks.passes(HOUR)
    assert patience.is_over(record(5))
    assert RunOptions().missing_seconds == HOUR
