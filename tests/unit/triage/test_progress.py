"""What case systems and the letters stage say of a case."""

from datetime import timedelta

import pytest

from schemas.errors import Nonsense, Unsupported
from schemas.intake import LETTER_STATUS, OUTCOME
from schemas.letter import LetterStatus
from schemas.outcome import Outcome
from tests.unit.triage.case import Desk, mail


def outcome(desk: Desk, kind: str, reference: str, key: str, **words: object) -> Outcome:
    return Outcome.model_validate(
        {
            "type": kind,
            "reference": reference,
            "case_key": key,
            "at": desk.now,
            "outcome_id": f"{kind}-1",
            **words,
        }
    )


def opened(desk: Desk) -> tuple[str, str]:
    came = desk.say(mail("the invoice is wrong"))
    return came.queued[0].reference, came.queued[0].case_key


def test_an_outcome_moves_the_case_once() -> None:
    desk = Desk()
    word = outcome(desk, "responded", *opened(desk), correction="refunded")
    came = desk.feed(OUTCOME, word)
    assert [(event.type, event.state) for event in came.events] == [("outcome", "responded")]
    assert came.events[0].details["correction"] == "refunded"
    assert desk.feed(OUTCOME, word).outputs == []


def test_a_returned_case_goes_to_review_and_never_loops() -> None:
    desk = Desk()
    reference, key = opened(desk)
    came = desk.feed(OUTCOME, outcome(desk, "returned", reference, key, suggestion="privacy"))
    assert [event.queue for event in came.queued] == ["billing", "review"]
    again = desk.feed(OUTCOME, outcome(desk, "returned", reference, key, outcome_id="2"))
    assert again.queued == []


def test_a_person_s_decision_is_told_to_the_queue_and_changes_no_state() -> None:
    desk = Desk()
    word = outcome(desk, "decided", *opened(desk), category="delivery", by="anna")
    came = desk.feed(OUTCOME, word)
    assert [(event.type, event.state) for event in came.events] == [("outcome", "open")]
    assert [event.changes for event in came.queued] == [{"category": "delivery", "decided_by": "anna"}]
    assert desk.feed(OUTCOME, word).outputs == []


def test_a_decision_for_nothing_is_no_decision() -> None:
    desk = Desk()
    with pytest.raises(ValueError, match="`decided` needs a category"):
        outcome(desk, "decided", *opened(desk), category=" ")


def test_a_closed_case_takes_no_new_complaint() -> None:
    desk = Desk()
    reference, key = opened(desk)
    desk.feed(OUTCOME, outcome(desk, "closed", reference, key))
    came = desk.say(mail("the invoice is wrong"), "again")
    assert [event.type for event in came.events] == ["opened"]


def test_an_outcome_for_nobody_is_nonsense() -> None:
    desk = Desk()
    with pytest.raises(Nonsense):
        desk.feed(OUTCOME, outcome(desk, "closed", "0000-0000-00000", "key"))


def test_a_letter_joins_the_timeline_and_its_id_brings_answers_home() -> None:
    desk = Desk()
    came = desk.say(mail("the invoice is wrong"))
    due = came.letters[0]
    status = LetterStatus(
        letter_id=due.letter_id, kind="acknowledgement", reference=due.reference, person_key=due.person_key,
        channel="mail", state="accepted", provider_id="<letter@us>", attempts=1, at=desk.now,
    )  # fmt: skip
    (event,) = desk.feed(LETTER_STATUS, status).events
    assert (event.type, event.details["state"]) == ("letter", "accepted")
    answer = desk.say(mail("thank you, one more thing", references=["<letter@us>"]), "answer")
    assert answer.events[0].reference == due.reference


def test_a_newer_major_version_pauses_instead_of_being_lost() -> None:
    desk = Desk()
    with pytest.raises(Unsupported):
        desk.feed("gateway.outcome.v9", outcome(desk, "closed", "x", "y"))
    with pytest.raises(Nonsense):
        desk.feed("somebody.elses.v1", outcome(desk, "closed", "x", "y"))


STEPS = {"taken_up": "in_progress", "responded": "responded", "closed": "closed", "withdrawn": "withdrawn"}


@pytest.mark.parametrize("newer", STEPS)
@pytest.mark.parametrize("older", [*STEPS, "informed", "returned"])
def test_an_older_step_that_comes_later_stands_in_the_timeline_and_changes_nothing(
    newer: str, older: str
) -> None:
    desk = Desk()
    case = opened(desk)
    first = outcome(desk, newer, *case, at=desk.now)
    late = outcome(desk, older, *case, at=desk.now - timedelta(seconds=1), outcome_id="late")
    desk.feed(OUTCOME, first)
    came = desk.feed(OUTCOME, late)
    assert [(event.type, event.state, event.details["late"]) for event in came.events] == [
        ("outcome", STEPS[newer], True)
    ]
    assert came.queued == []
    assert desk.feed(OUTCOME, late).outputs == []


def test_an_older_decision_that_comes_later_changes_no_category() -> None:
    desk = Desk()
    case = opened(desk)
    desk.feed(OUTCOME, outcome(desk, "decided", *case, category="delivery", at=desk.now))
    before = desk.now - timedelta(hours=1)
    late = desk.feed(OUTCOME, outcome(desk, "decided", *case, category="bill", at=before, outcome_id="2"))
    assert late.queued == []
    assert late.events[0].details["late"] is True
    other = desk.feed(OUTCOME, outcome(desk, "responded", *case, at=before))
    assert other.events[0].state == "responded"


@pytest.mark.parametrize("ahead", [timedelta(minutes=6), timedelta(days=365 * 7000)])
def test_a_wrong_clock_closes_a_case_to_nobody_else(ahead: timedelta) -> None:
    desk = Desk()
    case = opened(desk)
    desk.feed(OUTCOME, outcome(desk, "responded", *case, at=desk.now + ahead))
    came = desk.feed(OUTCOME, outcome(desk, "closed", *case, at=desk.now))
    assert came.events[0].state == "closed"


def test_an_older_edit_that_comes_later_is_told_to_no_queue() -> None:
    desk = Desk()
    desk.say(mail("broken", channel="mastodon", message_id="17"), "first")
    edit = {"channel": "mastodon", "kind": "edit", "target_id": "17"}
    desk.say(mail("very broken", sent_at=desk.now, **edit), "new")
    old = desk.say(mail("a bit broken", sent_at=desk.now - timedelta(hours=1), **edit), "old")
    assert [event.details for event in old.events] == [{"at_source": "edited", "late": True}]
    assert old.queued == []
    again = desk.say(mail("quite broken", sent_at=desk.now, **edit), "newest")
    assert [event.type for event in again.queued] == ["complaint.updated"]
