"""What events make of a case, in whatever order they come."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from schemas.complaint import CaseEvent
from tests.unit.project.told import event, letter, opened, reference
from workers.project.rule import CaseRow, LetterRow, alias, fold_case, fold_letter

LIFE = [
    opened(1),
    letter(1, 2, "attempted"),
    letter(1, 3, "accepted"),
    event("joined", 1, 4, state="open", alias=reference(2), assessment={
        "kind": "complaint", "category": "other", "confidence": 0.5, "abstained": True,
        "priority": "urgent", "severity": "high",
    }),
    letter(1, 5, "delivered"),
    event("outcome", 1, 6, state="in_progress", details={"type": "taken_up", "queue": "review"}),
]  # fmt: skip


def case_after(events: list[CaseEvent]) -> CaseRow | None:
    case: CaseRow | None = None
    for one in events:
        case = fold_case(case, one)
    return case


def letter_after(events: list[CaseEvent]) -> LetterRow | None:
    row: LetterRow | None = None
    for one in events:
        row = fold_letter(row, one) if one.type == "letter" else row
    return row


def test_a_case_is_what_its_events_say() -> None:
    case = case_after(LIFE)
    assert case is not None
    assert (case.state, case.queue, case.category, case.priority, case.channel) == (
        "in_progress", "review", "defective", "urgent", "mail",
    )  # fmt: skip
    assert case.received_at == LIFE[0].message.received_at  # type: ignore[union-attr]
    assert case.answered_at == LIFE[2].at


@given(st.permutations(LIFE), st.integers(0, 5))
def test_order_and_repetition_change_nothing(shuffled: list[CaseEvent], again: int) -> None:
    told = [*shuffled, shuffled[again]]
    assert case_after(told) == case_after(LIFE)


def test_a_large_campaign_raises_the_priority_in_any_order() -> None:
    grown = event("linked", 1, 5, details={"people": 20, "priority": "high", "because": ["many report it"]})
    for order in itertools.permutations([opened(1), event("linked", 1, 2, details={"people": 5}), grown]):
        case = case_after(list(order))
        assert case is not None
        assert case.priority == "high"


def test_letters_keep_their_last_state_in_any_order() -> None:
    letters = [one for one in LIFE if one.type == "letter"]
    for order in itertools.permutations(letters):
        row = letter_after(list(order))
        assert row is not None
        assert (row.state, row.accepted_at) == ("delivered", letters[1].at)


def test_an_event_of_no_case_makes_none() -> None:
    assert fold_case(None, event("no_message", 3, 0)) is None


def test_a_failed_letter_answers_nobody() -> None:
    case = case_after([opened(1), letter(1, 2, "failed")])
    assert case is not None
    assert case.answered_at is None


def test_aliases_point_at_the_case() -> None:
    assert alias(LIFE[3]) == (reference(2), reference(1))
    assert alias(event("duplicate", 2, 0, alias=reference(1))) == (reference(2), reference(1))
    assert alias(event("duplicate", 1, 0, alias=reference(1))) is None
    assert alias(opened(1)) is None
