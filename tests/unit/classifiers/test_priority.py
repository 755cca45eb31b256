"""Priority and the five values: what raises, and that nothing lowers."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.money import largest_sum
from classifiers.priority import Signals, judge
from schemas.names import PRIORITIES, Priority

PLAIN = Signals()


@pytest.mark.parametrize(
    ("signals", "priority"),
    [
        (PLAIN, "normal"),
        (replace(PLAIN, kind="praise"), "low"),
        (replace(PLAIN, kind="praise", hazard_priority="urgent"), "urgent"),
        (replace(PLAIN, model_severity="high"), "normal"),
        (replace(PLAIN, model_severity="high", repeated=True), "high"),
        (replace(PLAIN, vulnerable=True), "normal"),
        (replace(PLAIN, vulnerable=True, deadline=True), "high"),
        (replace(PLAIN, largest_sum=9000.0, money_lost=True, deadline=True), "high"),
        (replace(PLAIN, largest_sum=9000.0), "normal"),
        (replace(PLAIN, repeat_count=3), "high"),
        (replace(PLAIN, hazard_priority="high"), "high"),
        (replace(PLAIN, campaign_size=19), "normal"),
        (replace(PLAIN, campaign_size=20), "high"),
        (replace(PLAIN, campaign_size=5, many_people=True), "high"),
        (replace(PLAIN, campaign_size=500, kind="praise"), "low"),
        (replace(PLAIN, campaign_size=500, kind="spam", many_people=True), "low"),
    ],
)
def test_priority(signals: Signals, priority: Priority) -> None:
    assert judge(signals).priority == priority


flags = st.booleans()
signals = st.builds(
    Signals,
    kind=st.sampled_from(["complaint", "praise", "enquiry", "other"]),
    model_severity=st.sampled_from([None, "low", "medium", "high"]),
    vulnerable=flags,
    deadline=flags,
    legal=flags,
    many_people=flags,
    repeated=flags,
    largest_sum=st.sampled_from([0.0, 100.0, 10_000.0]),
    money_lost=flags,
    repeat_count=st.integers(0, 5),
)


RAISED: list[Callable[[Signals], Signals]] = [
    lambda one: replace(one, vulnerable=True),
    lambda one: replace(one, deadline=True),
    lambda one: replace(one, repeated=True),
    lambda one: replace(one, many_people=True),
    lambda one: replace(one, legal=True),
    lambda one: replace(one, money_lost=True),
]


@given(signals, st.sampled_from(RAISED))
def test_no_signal_ever_lowers_the_priority(before: Signals, raised: Callable[[Signals], Signals]) -> None:
    after = raised(before)
    assert PRIORITIES.index(judge(after).priority) >= PRIORITIES.index(judge(before).priority)


@given(signals)
def test_danger_is_urgent_whatever_else_is_said(before: Signals) -> None:
    judgement = judge(replace(before, hazard_priority="urgent", hazard_severity="high"))
    assert (judgement.priority, judgement.severity, judgement.immediate_action) == ("urgent", "high", True)


@given(signals)
def test_the_model_alone_never_makes_it_urgent(before: Signals) -> None:
    assert judge(before).priority != "urgent"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("you owe me $1,250.50", 1250.0),
        ("{$100.00} and {$20.00}", 100.0),
        ("1.250,50 € sind weg", 1250.0),
        ("12 000 euros", 12000.0),
        ("on 12/05/2024 at 10000", 0.0),
        ("£5 and 300 pounds", 300.0),
        ("", 0.0),
    ],
)
def test_largest_sum(text: str, amount: float) -> None:
    assert largest_sum(text) == amount
