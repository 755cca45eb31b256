"""What relate proposes, told to the case: linked, never joined, once."""

import pytest

from classifiers.priority import LARGE_CAMPAIGN, RULES
from schemas import identity
from schemas.complaint import Link
from schemas.relation import RELATION, Relation
from tests.unit.triage.case import SECRET, Desk, mail

STRANGER = Link(reference="7777-7777-77777", why="nearly the same text (90%) of another person")


def proposal(desk: Desk, **words: object) -> tuple[Relation, str]:
    """A case was opened, and relate has something to say of it."""
    (opened,) = desk.say(mail("The invoice is wrong.")).events
    told = {
        "relation_id": "ab" * 16, "reference": opened.reference, "person_key": opened.person_key,
        "campaign": "c" * 16, "people": 2, "links": [STRANGER], **words,
    }  # fmt: skip
    return Relation.model_validate(told), opened.reference


def test_the_case_and_its_queue_hear_of_a_link() -> None:
    desk = Desk()
    word, reference = proposal(desk)
    came = desk.feed(RELATION, word)
    (event,), (told,) = came.events, came.queued
    assert (event.type, event.reference, event.links) == ("linked", reference, [STRANGER])
    assert (told.type, told.links, told.sequence) == ("complaint.linked", [STRANGER], 2)
    assert told.changes == {"campaign": "c" * 16, "people": 2}
    assert not came.letters


def test_the_same_proposal_again_is_no_news() -> None:
    desk = Desk()
    word, _ = proposal(desk)
    desk.feed(RELATION, word)
    assert desk.feed(RELATION, word).outputs == []


def test_a_campaign_s_growth_is_an_update_that_raises_the_impact() -> None:
    desk = Desk()
    word, _ = proposal(desk, people=10, links=[])
    (told,) = desk.feed(RELATION, word).queued
    assert told.type == "complaint.updated"
    assert told.changes == {"campaign": "c" * 16, "people": 10, "impact": "high"}


def test_a_large_campaign_raises_the_priority_and_says_why() -> None:
    desk = Desk()
    word, _ = proposal(desk, people=LARGE_CAMPAIGN, links=[])
    came = desk.feed(RELATION, word)
    (event,), (told,) = came.events, came.queued
    assert event.details == told.changes
    assert {name: told.changes[name] for name in ("impact", "priority", "because", "rules")} == {
        "impact": "high", "priority": "high", "because": ["many people report it"], "rules": RULES,
    }  # fmt: skip
    assert desk.feed(RELATION, word).outputs == []
    (again,) = desk.feed(RELATION, word.model_copy(update={"relation_id": "cd" * 16, "people": 50})).queued
    assert "priority" not in again.changes


@pytest.mark.parametrize("text", ["A gas leak again, and nobody came.", "I praise you as all of us do."])
def test_a_campaign_never_lowers_a_priority_nor_raises_what_is_no_complaint(text: str) -> None:
    desk = Desk()
    (opened,) = desk.say(mail(text)).events
    word, _ = proposal(Desk(), reference=opened.reference, person_key=opened.person_key, people=1_000)
    (told,) = desk.feed(RELATION, word).queued
    assert "priority" not in told.changes


def test_a_message_that_raised_the_priority_is_not_raised_again() -> None:
    desk = Desk()
    word, _ = proposal(desk, people=LARGE_CAMPAIGN)
    token = identity.reply_token(SECRET, word.reference)
    (joined,) = desk.say(mail("Now there is a gas leak.", reply_token=token), "another").events
    assert joined.type == "joined"
    (told,) = desk.feed(RELATION, word).queued
    assert "priority" not in told.changes


def test_strangers_stay_apart_after_a_link() -> None:
    """What either of them writes next goes to his own case."""
    desk = Desk()
    word, reference = proposal(desk)
    desk.feed(RELATION, word)
    (other,) = desk.say(mail("The invoice is wrong.", sender="boris@example.org"), "another").events
    assert other.type == "opened"
    assert other.reference != reference


def test_a_case_that_is_gone_hears_nothing() -> None:
    word, _ = proposal(Desk())
    assert Desk().feed(RELATION, word).outputs == []


def test_a_quarantined_case_is_linked_in_its_timeline_only() -> None:
    desk = Desk()
    (opened,) = desk.say(mail("spam spam")).events
    word, _ = proposal(Desk(), reference=opened.reference, person_key=opened.person_key)
    came = desk.feed(RELATION, word)
    assert [event.type for event in came.events] == ["linked"]
    assert came.queued == []
