"""Where a partition goes on, by what is known."""

import pytest

from workers.runtime.contract import Delta, Table
from workers.runtime.position import (
    Position,
    Start,
    StateLost,
    check_state,
    decode_position,
    encode_position,
    start_from,
)
from workers.runtime.state import PartitionState


@pytest.mark.parametrize(
    ("log_start", "committed", "recorded", "offset", "lost"),
    [
        (0, None, None, 0, 0),
        (50, None, None, 50, 50),
        (0, 10, None, 10, 0),
        (0, None, 10, 10, 0),
        (0, 10, 12, 12, 0),
        (0, 12, 10, 12, 0),
        (10, 10, 10, 10, 0),
        (11, 10, None, 11, 1),
        (30, 5, 10, 30, 20),
    ],
)
def test_the_latest_counts(
    log_start: int, committed: int | None, recorded: int | None, offset: int, lost: int
) -> None:
    start = start_from(log_start, committed, None if recorded is None else Position(recorded, committed))
    assert (start.offset, start.lost) == (offset, lost)
    assert bool(start.remark) == (lost > 0)


def test_a_group_that_lags_is_nothing_but_one_that_was_set_back_is_told_of() -> None:
    assert start_from(0, 10, Position(12, 10)) == Start(12)
    assert start_from(0, 9, Position(12, 10)) == Start(
        12, 0, "committed offset 9 was set back from 10: ignored"
    )


def test_loss_is_named_with_its_offsets() -> None:
    assert start_from(30, 5, Position(10, 5)) == Start(30, 20, "retention removed 10..29 unprocessed")


def test_a_recorded_position_is_of_one_source() -> None:
    value = encode_position("in", 7, 5)
    assert decode_position("in", value) == Position(7, 5)
    assert decode_position("in", b'{"source": "in", "next": 7}') == Position(7)
    assert decode_position("other", value) is None
    assert decode_position("in", None) is None


def test_a_place_without_its_state_is_refused_and_the_way_on_is_named() -> None:
    with pytest.raises(StateLost, match=r"`gateway rewind triage 2 17`"):
        check_state("triage", 2, 17, None, 3)
    check_state("triage", 2, None, None, 3)
    check_state("triage", 2, None, Position(17, None, 3), 3)
    check_state("triage", 2, 17, Position(17, 17), 3)  # written before the number was kept


def test_state_for_another_number_of_partitions_is_refused() -> None:
    value = encode_position("in", 7, 5, of=3)
    recorded = decode_position("in", value)
    check_state("triage", 0, 5, recorded, 3)
    with pytest.raises(StateLost, match="3 partitions; it has 6 now"):
        check_state("triage", 0, 5, recorded, 6)


@pytest.mark.parametrize("untouched", [("seen",), ("seen", "cases")])
def test_one_changelog_of_several_that_is_gone_is_refused(untouched: tuple[str, ...]) -> None:
    recorded = decode_position("in", encode_position("in", 17, 15, 3, {"seen", "cases"}))
    assert recorded == Position(17, 15, 3, ("cases", "seen"))
    check_state("triage", 2, 15, recorded, 3, ())
    with pytest.raises(StateLost, match=r"`gateway rewind triage 2 17`"):
        check_state("triage", 2, 15, recorded, 3, untouched)


def test_a_table_that_never_held_anything_may_be_empty() -> None:
    recorded = decode_position("in", encode_position("in", 17, 15, 3, {"cases"}))
    check_state("triage", 2, 15, recorded, 3, ("seen",))
    check_state(
        "triage", 2, 15, Position(17, 15, 3), 3, ("cases", "seen")
    )  # written before tables were named


def test_what_an_earlier_owner_held_is_not_forgotten_with_its_last_entry() -> None:
    state = PartitionState((Table("cases", "c"), Table("seen", "s")))
    assert state.held() == frozenset()
    state.apply(Delta(writes={"seen": {b"k": b"v"}}))
    assert state.held() == {"seen"}
    state.undo()
    assert state.held() == frozenset()
    state.once_held(("cases",))
    assert state.held() == {"cases"}
