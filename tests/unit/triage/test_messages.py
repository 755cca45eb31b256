"""What becomes of a message: the table of the contract, line by line."""

from datetime import timedelta
from typing import Any

import pytest

from schemas import identity
from schemas.complaint import CaseEvent
from schemas.message import Address, Flags, Message, ReplyRoute
from tests.unit.triage.case import SECRET, Came, Desk, mail


def types(came: Came) -> list[str]:
    return [event.type for event in came.events]


def test_a_complaint_opens_one_case_in_one_queue_and_owes_one_letter() -> None:
    came = Desk().say(mail("the invoice is wrong"))
    assert types(came) == ["opened"]
    assert [(event.type, event.queue, event.sequence) for event in came.queued] == [
        ("complaint.opened", "billing", 1)
    ]
    assert [(due.kind, due.channel, due.suppress) for due in came.letters] == [
        ("acknowledgement", "mail", "")
    ]
    assert came.queued[0].case_key == came.letters[0].case_key


def test_the_same_delivery_again_is_a_duplicate_and_nothing_else() -> None:
    desk = Desk()
    first = desk.say(mail("broken"))
    again = desk.say(mail("broken"))
    assert types(again) == ["duplicate"]
    assert again.events[0].alias == first.events[0].reference
    assert not again.queued
    assert not again.letters


def test_the_same_person_with_the_same_text_joins() -> None:
    desk = Desk()
    opened = desk.say(mail("The fridge   is broken!"), "one")
    joined = desk.say(mail("the fridge is broken"), "two")
    assert types(joined) == ["joined"]
    assert joined.events[0].reference == opened.events[0].reference
    assert joined.events[0].alias != opened.events[0].reference
    assert [event.type for event in joined.queued] == ["complaint.message_added"]
    assert joined.queued[0].sequence == 2
    assert not joined.letters


def test_another_person_with_the_same_text_is_another_case() -> None:
    desk = Desk()
    desk.say(mail("the fridge is broken"), "one")
    other = desk.say(mail("the fridge is broken", "boris@example.org"), "two")
    assert types(other) == ["opened"]


def test_the_same_text_after_the_window_is_a_new_case() -> None:
    desk = Desk()
    desk.say(mail("the fridge is broken"), "one")
    desk.now += timedelta(days=15)
    assert types(desk.say(mail("the fridge is broken"), "two")) == ["opened"]


def test_messages_without_words_are_not_the_same_text() -> None:
    desk = Desk()
    desk.say(mail("!!!"), "one")
    assert types(desk.say(mail("..."), "two")) == ["opened"]


@pytest.mark.parametrize(("text", "queue"), [("praise for all", "review"), ("enquiry: when", "review")])
def test_what_is_no_complaint_goes_to_review_with_a_letter(text: str, queue: str) -> None:
    came = Desk().say(mail(text))
    assert came.queued[0].queue == queue
    assert came.letters


def test_spam_is_quarantined_without_queue_and_letter_but_resolves() -> None:
    came = Desk().say(mail("spam spam"))
    assert types(came) == ["quarantined"]
    assert came.events[0].state == "quarantined"
    assert not came.queued
    assert not came.letters


def test_spam_in_a_form_goes_to_a_person() -> None:
    address = Address(kind="mail", value="anna@example.org")
    form = Message(
        channel="webform", sender=address, text="spam", reply=ReplyRoute(channel="mail", address=address)
    )
    assert Desk().say(form).queued[0].queue == "review"


def test_who_has_complained_sends_no_spam_and_who_only_advertised_still_does() -> None:
    desk = Desk()
    desk.say(mail("the fridge is broken"), "one")
    known = desk.say(mail("spam with special offers"), "two")
    assert types(known)[0] != "quarantined"
    assert known.queued
    stranger = Desk()
    for name, words in (("one", "spam spam"), ("two", "other spam")):
        came = stranger.say(mail(words, "boris@example.org"), name)
        assert "quarantined" in types(came)
        assert not came.queued


def test_danger_is_never_spam_and_goes_first() -> None:
    assert Desk().say(mail("spam about a gas leak")).queued[0].queue == "urgent"


@pytest.mark.parametrize("flag", ["auto_reply", "bounce", "automated", "feedback_report"])
def test_automatic_mail_makes_no_case_and_gets_no_letter(flag: str) -> None:
    came = Desk().say(mail("I am away", flags=Flags.model_validate({flag: True})))
    assert types(came) == ["no_message"]
    assert not came.queued
    assert not came.letters


def test_an_answer_to_our_letter_joins_by_its_token() -> None:
    desk = Desk()
    opened = desk.say(mail("the fridge is broken"))
    token = identity.reply_token(SECRET, opened.events[0].reference)
    answer = desk.say(mail("one more thing", reply_token=token))
    assert answer.events[0].reference == opened.events[0].reference
    assert answer.events[0].details["why"].startswith("signed token")


def test_an_answer_to_the_own_earlier_mail_joins() -> None:
    desk = Desk()
    opened = desk.say(mail("the fridge is broken", message_id="<1@x>"), "a")
    answer = desk.say(mail("one more thing", in_reply_to="<1@x>"), "b")
    assert answer.events[0].reference == opened.events[0].reference


@pytest.mark.parametrize("how", ["token", "text", "forged"])
def test_a_stranger_never_joins(how: str) -> None:
    desk = Desk()
    ref = desk.say(mail("the fridge is broken")).events[0].reference
    token = identity.reply_token(SECRET, ref)
    words: dict[str, str] = {
        "token": {"reply_token": token},
        "text": {"subject": f"about {ref}"},
        "forged": {"reply_token": token[:-4] + "zzzz"},
    }[how]
    came = desk.say(mail("give me his data", "mallory@example.org", **words))
    assert types(came) == ["opened"]
    assert came.events[0].reference != ref
    assert [link.reference for link in came.events[0].links] == [ref]


def test_an_own_reference_in_the_text_joins() -> None:
    desk = Desk()
    ref = desk.say(mail("the fridge is broken")).events[0].reference
    assert desk.say(mail(f"what about {ref.lower()}?")).events[0].reference == ref


def test_a_form_without_an_address_was_answered_by_its_page() -> None:
    form = Message(channel="webform", text="broken", reply=ReplyRoute(channel="webform"))
    (due,) = Desk().say(form).letters
    assert due.shown
    assert due.channel == "webform"


@pytest.mark.parametrize(
    ("words", "reason"),
    [({"reply": None}, "no way"), ({"flags": Flags(list=True, no_answer=True)}, "list"), ({}, "older")],
)
def test_reasons_not_to_write(words: dict[str, Any], reason: str) -> None:
    (due,) = Desk().say(mail("broken", **words), backfill=not words).letters
    assert due.suppress.startswith(("no way to answer", "list mail", "older than"))
    assert reason in due.suppress


def test_an_edit_reaches_its_case_and_an_early_one_is_an_orphan() -> None:
    desk = Desk()
    toot = {"channel": "mastodon", "message_id": "17"}
    early = desk.say(mail("later", channel="mastodon", kind="edit", target_id="17"), "early")
    assert types(early) == ["orphan"]
    opened = desk.say(mail("broken", **toot), "first")
    edit = desk.say(mail("very broken", channel="mastodon", kind="edit", target_id="17"), "edit")
    assert types(edit) == ["edited"]
    assert edit.events[0].reference == opened.events[0].reference
    assert edit.queued[0].type == "complaint.updated"


def test_an_edit_finds_its_case_by_the_post_s_id_too() -> None:
    desk = Desk()
    reply = ReplyRoute(channel="mastodon", thread="post-1")
    opened = desk.say(mail("broken", channel="mastodon", message_id="notification-1", reply=reply), "first")
    edit = desk.say(mail("very broken", channel="mastodon", kind="edit", target_id="post-1"), "edit")
    assert edit.events[0].reference == opened.events[0].reference


@pytest.mark.parametrize("kind", ["receipt", "reaction", "system"])
def test_what_is_no_message_is_accounted_for(kind: str) -> None:
    came = Desk().say(mail("", kind=kind), kind)
    assert types(came) == ["no_message"]


def test_opting_out_opens_no_case() -> None:
    assert types(Desk().say(mail("STOP", flags=Flags(opt_out=True)))) == ["no_message"]


def test_sequences_count_within_the_case() -> None:
    desk = Desk()
    events: list[CaseEvent] = []
    for name in ("one", "two", "three"):
        events += desk.say(mail("the fridge is broken"), name).events
    assert [event.sequence for event in events] == [1, 2, 3]
