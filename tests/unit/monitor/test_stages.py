"""From one look to the next: lag without markers, ages, speed, losses, and the worst partition's word."""

from dataclasses import dataclass

import pytest

from workers.monitor.backlog import Stretch
from workers.monitor.offset_commits import OffsetCommit
from workers.monitor.stages import Sight, StageWatch
from workers.monitor.survey import Reach
from workers.monitor.watched import Watched

NOW = 1_000_000_000
TOPIC = "intake.messages"
SPOT = (TOPIC, 0)


@dataclass
class Logged:
    """A record, as far as the monitor looks at it."""

    offset: int
    timestamp: int


def watch(polled: bool = False) -> StageWatch:
    return StageWatch(Watched("triage", TOPIC), polled, NOW - 60_000)


def sight(stretch: Stretch, end: int, now: int = NOW, committed: int | None = None, first: int = 0) -> Sight:
    positions = {SPOT: stretch.start if committed is None else committed}
    return Sight({SPOT: Reach(first, end)}, positions, {SPOT: stretch}, (), now)


def test_a_marker_behind_the_last_record_is_no_lag() -> None:
    state = watch().look(sight(Stretch(10, 12, 10), 12))
    assert (state.lag_records, state.lag_seconds, state.verdict) == (0, None, "OK")


def test_lag_counts_records_and_the_age_of_the_oldest() -> None:
    stretch = Stretch(10, 10, 10)
    stretch.add([Logged(10, NOW - 4_500), Logged(12, NOW - 100)], 14)
    state = watch().look(sight(stretch, 14))
    assert (state.lag_records, state.lag_seconds) == (2, 4.5)
    assert state.partitions[0].exact


def test_what_was_not_read_yet_is_estimated_by_density() -> None:
    stretch = Stretch(0, 0, 0)
    stretch.add([Logged(n, NOW) for n in range(0, 100, 2)], 100)
    state = watch().look(sight(stretch, 1000))
    assert (state.lag_records, state.partitions[0].exact) == (500, False)


def test_speed_counts_records_not_offsets() -> None:
    one = watch()
    one.density[SPOT] = 0.5
    one.look(sight(Stretch(0, 0, 0), 0, NOW))
    state = one.look(sight(Stretch(200, 200, 200), 200, NOW + 1_000))
    assert state.records_per_second == 50.0  # half of the way to the 100 of this second


@pytest.mark.parametrize("committed, lost", [(25, 15), (None, 40), (0, 40), (40, 0)])
def test_records_that_retention_took_are_counted_as_lost(committed: int | None, lost: int) -> None:
    stretch = Stretch(40, 40, 40)
    positions = {} if committed is None else {SPOT: committed}  # without a commit nothing was ever read
    state = watch().look(Sight({SPOT: Reach(40, 40)}, positions, {SPOT: stretch}, (), NOW))
    assert state.partitions[0].lost == lost
    assert (state.verdict == "WARN") == bool(lost)


def test_the_worst_partition_speaks_for_the_stage() -> None:
    one, behind = watch(), Stretch(5, 5, 5)
    behind.add([Logged(5, NOW - 300_000)], 6)
    commits = [OffsetCommit("triage", TOPIC, 1, 5, NOW - seconds * 1000) for seconds in (3, 2, 1)]
    other = (TOPIC, 1)
    both = Sight(
        {SPOT: Reach(0, 0), other: Reach(0, 6)}, {SPOT: 0, other: 5}, {SPOT: Stretch(0, 0, 0), other: behind},
        commits, NOW,
    )  # fmt: skip
    state = one.look(both)
    assert [part.verdict for part in state.partitions] == ["OK", "STALL"]
    assert state.verdict == "STALL"


def test_commits_of_other_groups_are_not_heard() -> None:
    one, behind = watch(), Stretch(5, 5, 5)
    behind.add([Logged(5, NOW - 300_000)], 6)
    strangers = [OffsetCommit("other", TOPIC, 0, 5, NOW - seconds * 1000) for seconds in (3, 2, 1)]
    looked = sight(behind, 6)
    state = one.look(Sight(looked.reaches, looked.positions, looked.stretches, strangers, NOW))
    assert state.verdict == "STOP"


def test_where_commits_cannot_be_heard_a_moved_position_is_one() -> None:
    one = watch(polled=True)
    for second in range(6):
        position = 5 + second
        stretch = Stretch(position, position, position)
        stretch.add([Logged(position, NOW - 60_000)], position + 1)
        state = one.look(sight(stretch, position + 1, NOW + second * 1000))
    assert state.verdict in ("OK", "WARN")
    assert state.partitions[0].verdict == state.verdict
    assert len(one.windows[SPOT].commits) == 5
