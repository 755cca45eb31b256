"""How often the group is told where a partition stands."""

import pytest

from workers.runtime.group_offset import GroupOffset


def test_the_first_transaction_tells_and_the_next_ones_wait() -> None:
    group = GroupOffset(60)
    assert group.due(5) == 5
    group.committed(5, 5)
    assert group.due(6) is None
    group.committed(6, None)
    assert (group.told, group.pending) == (5, 6)
    group.committed(6, 6)
    assert group.pending is None


def test_without_a_changelog_every_transaction_tells() -> None:
    group = GroupOffset(0)
    for offset in (1, 2, 3):
        assert group.due(offset) == offset
        group.committed(offset, offset)
        assert group.pending is None


@pytest.mark.parametrize(
    ("reached", "told", "pending"), [(None, None, None), (7, 7, None), (9, 7, 9), (9, None, 9)]
)
def test_a_new_owner_tells_what_the_last_one_did_not(
    reached: int | None, told: int | None, pending: int | None
) -> None:
    group = GroupOffset(60)
    group.begin(reached, told)
    assert group.pending == pending


def test_an_output_that_moves_no_position_tells_nothing() -> None:
    group = GroupOffset(0)
    assert group.due(None) is None
