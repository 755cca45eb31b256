"""Reading goes on a little behind, so that an id that becomes visible late is not missed."""

from channels.mastodon.trail import LATE_SECONDS, MOST_REMEMBERED, Position, Trail, order


def test_an_id_is_taken_once() -> None:
    trail = Trail(Position("10"))
    assert trail.take("11", 0)
    assert not trail.take("11", 1)


def test_the_position_waits_for_late_ids() -> None:
    trail = Trail(Position("10"))
    trail.take("12", 0)
    assert trail.position(1).id == "10"
    assert trail.take("11", 2)
    assert trail.position(LATE_SECONDS + 3).id == "12"


def test_the_position_never_goes_back() -> None:
    trail = Trail(Position("10"))
    trail.take("12", 0)
    trail.take("11", 1)
    assert trail.position(LATE_SECONDS * 2).id == "12"


def test_longer_ids_are_larger() -> None:
    assert order("9") < order("10")
    trail = Trail(Position("9"))
    trail.take("10", 0)
    assert trail.position(LATE_SECONDS).id == "10"


def test_memory_is_bounded() -> None:
    trail = Trail(Position("0"))
    for number in range(1, MOST_REMEMBERED + 2):
        trail.take(str(number), 0)
    assert trail.position(0).id == "1"


def test_a_position_survives_storage() -> None:
    position = Position("7", "5")
    assert Position.of(position.text()) == position


def test_no_two_deliveries_stand_at_one_position() -> None:
    trail = Trail(Position("10"))
    trail.take("11", 0)
    first = trail.position(0, "11")
    trail.take("12", 1)
    second = trail.position(1, "12")
    assert first.id == second.id == "10"
    assert first.text() != second.text()
