"""A stage whose process ends over and over is never called well, however small its lag is each time."""

import pytest

from schemas.operations import PartitionState, StageState
from workers.monitor import notes
from workers.monitor.restarts import FEWEST, WINDOW_MS, Restarts
from workers.monitor.watch import with_members

MINUTE = 60_000
QUIET = StageState(name="insight", verdict="OK", partitions=[PartitionState(partition=0, verdict="OK")])


def lives(times: int, gap: bool) -> tuple[Restarts, int]:
    """A process that is replaced every minute, seen every five seconds; `gap`: it is away for a look in between."""
    seen = Restarts()
    now = 0
    for life in range(times + 1):
        for _ in range(11):
            seen.look({f"member-{life}"}, now)
            now += 5_000
        if gap:
            seen.look(set(), now)
        now += 5_000
    return seen, now


@pytest.mark.parametrize("gap", [False, True])
def test_it_counts_who_came_after_another_had_gone(gap: bool) -> None:
    seen, now = lives(FEWEST, gap)
    assert seen.count(now) == FEWEST
    assert seen.too_many(now)


@pytest.mark.parametrize("gap", [False, True])
def test_the_verdict_and_the_note_say_so_while_the_lag_is_small(gap: bool) -> None:
    seen, now = lives(FEWEST, gap)
    state = with_members(QUIET, frozenset({"member"}), seen, now)
    assert state.verdict == "WARN"
    assert state.restless
    assert [f"{FEWEST} times in ten minutes" in note for note in notes.of_stages([state])] == [True]


def test_a_worse_verdict_stays() -> None:
    seen, now = lives(FEWEST, gap=False)
    state = with_members(QUIET.model_copy(update={"verdict": "STOP"}), frozenset(), seen, now)
    assert state.verdict == "STOP"


def test_one_mishap_is_no_trouble() -> None:
    seen, now = lives(1, gap=True)
    assert not seen.too_many(now)
    assert with_members(QUIET, frozenset({"member"}), seen, now).verdict == "OK"


def test_an_upgrade_of_many_processes_is_no_trouble() -> None:
    seen, now = Restarts(), 0
    members = {f"old-{number}" for number in range(6)}
    seen.look(members, now)
    for number in range(6):
        now += 5_000
        members = (members - {f"old-{number}"}) | {f"new-{number}"}
        seen.look(members, now)
    assert seen.count(now) == 6
    assert not seen.too_many(now)


def test_who_only_comes_is_scaled_out() -> None:
    seen = Restarts()
    seen.look({"a"}, 0)
    seen.look({"a", "b", "c", "d", "e"}, 5_000)
    assert seen.count(5_000) == 0


def test_after_ten_calm_minutes_it_is_forgotten() -> None:
    seen, now = lives(FEWEST + 2, gap=False)
    assert seen.count(now + WINDOW_MS) == 0
