"""Old buckets go, at most one look a minute, whatever the clock does."""

from datetime import UTC, datetime, timedelta

from workers.insight.rule import Thresholds
from workers.insight.sweep import EVERY, Sweep

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def key(age: timedelta) -> str:
    return f"minute|invoice|sms|{int((NOW - age).timestamp())}"


OLD, YOUNG = key(timedelta(hours=2)), key(timedelta(minutes=1))


def test_only_what_can_no_longer_change_goes() -> None:
    assert Sweep(Thresholds()).due([OLD, YOUNG], NOW) == [OLD]


def test_one_look_a_minute() -> None:
    sweep = Sweep(Thresholds())
    assert sweep.due([], NOW) == []
    assert sweep.due([OLD], NOW + EVERY / 2) == []
    assert sweep.due([OLD], NOW + EVERY) == [OLD]


def test_a_clock_set_back_holds_nothing_up() -> None:
    sweep = Sweep(Thresholds())
    sweep.due([], NOW + timedelta(days=400))
    assert sweep.due([OLD], NOW) == [OLD]
