"""When the next one goes out, what a round trip took, and who is missing."""

from datetime import UTC, datetime, timedelta

from workers.monitor.synthetic import Rounds

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def rounds() -> Rounds:
    return Rounds("webform", timedelta(seconds=60), timedelta(seconds=300))


def test_a_round_trip_is_timed_from_before_it_was_sent() -> None:
    told = rounds()
    told.begin("a", NOON)
    told.queued("a", "R-1", after(0.25))
    assert told.state(after(0.3)).unanswered_seconds == 0.3
    told.answered("a", after(0.5))
    state = told.state(after(30))
    assert (state.queue_seconds, state.round_trip_seconds, state.unanswered_seconds) == (0.25, 0.5, 0.0)
    assert state.answered_at == after(0.5)


def test_one_a_minute_but_not_on_top_of_one_that_is_still_out() -> None:
    told = rounds()
    assert told.is_due(NOON)
    told.begin("a", NOON)
    assert not told.is_due(after(61))
    told.queued("a", "R-1", after(62))
    told.answered("a", after(63))
    assert told.is_due(after(64))
    told.begin("b", after(64))
    assert not told.is_due(after(363))
    assert told.is_due(after(364))


def test_who_is_missing_is_said_with_how_far_it_came() -> None:
    told = rounds()
    told.begin("a", NOON)
    assert list(told.notes(after(299))) == []
    assert "had no answer for 5 min: it is not in its queue" in next(told.notes(after(300)))
    told.queued("a", "R-1", after(400))
    assert "it is in its queue, but has no letter" in next(told.notes(after(600)))
    told.begin("b", after(601))
    assert told.state(after(601)).unanswered_seconds == 601


def test_a_door_that_refused_is_forgiven_once_it_takes_one() -> None:
    told = rounds()
    told.begin("a", NOON)
    told.refused("a", "it answered 503")
    assert "not taken in: it answered 503" in next(told.notes(after(300)))
    told.begin("b", after(301))
    told.queued("b", "R-2", after(302))
    told.answered("b", after(303))
    assert told.state(after(304)).unanswered_seconds == 0.0


def test_what_was_taken_in_before_is_still_waited_for() -> None:
    """One partition stands still while another goes on: people there wait."""
    told = rounds()
    told.begin("a", NOON)
    told.begin("b", after(300))
    told.queued("b", "R-2", after(301))
    told.answered("b", after(302))
    assert told.state(after(310)).unanswered_seconds == 310
    told.begin("c", after(90_000))
    assert told.state(after(90_000)).unanswered_seconds == 0.0  # given up after a day


def test_a_long_outage_is_remembered_in_bounds() -> None:
    told = rounds()
    for number in range(250):
        told.begin(str(number), after(number))
    assert len(told.out) == 100


def test_strangers_in_the_queue_change_nothing() -> None:
    told = rounds()
    told.queued("of another monitor", "R-9", NOON)
    told.refused("nobody", "x")
    assert told.state(NOON).round_trip_seconds is None
