"""Where a partition goes on, by what is known."""

import pytest

from workers.runtime.position import Start, decode_position, encode_position, start_from


@pytest.mark.parametrize(
    ("log_start", "committed", "recorded", "offset", "lost"),
    [
        (0, None, None, 0, 0),
        (50, None, None, 50, 0),
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
    start = start_from(log_start, committed, recorded)
    assert (start.offset, start.lost) == (offset, lost)
    assert bool(start.remark) == (lost > 0 or (committed, recorded) == (10, 12))


def test_loss_is_named_with_its_offsets() -> None:
    assert start_from(30, 5, 10) == Start(30, 20, "retention removed 10..29 unprocessed")


def test_a_recorded_position_is_of_one_source() -> None:
    value = encode_position("in", 7)
    assert decode_position("in", value) == 7
    assert decode_position("other", value) is None
    assert decode_position("in", None) is None
