"""Media of a message: asked for once it has a case, told to the case and its queue when they are here."""

from dataclasses import replace

import pytest

from schemas.errors import Nonsense
from schemas.media import ATTACHMENT_STORED, AttachmentNews, FetchedAttachment, MediaWanted
from schemas.message import Attachment, Flags, MediaReference
from tests.unit.triage.case import Came, Desk, mail

PICTURE = MediaReference(url="https://media.example/1", media_type="image/png")
LETTER = Attachment(name="letter.pdf", media_type="application/pdf", bytes=3, sha256="a" * 64)


def wanted(came: Came) -> list[MediaWanted]:
    return [MediaWanted.from_bytes(value) for topic, value in came.outputs if topic == "media.wanted"]


def news(wish: MediaWanted) -> AttachmentNews:
    stored = FetchedAttachment(
        name="1", media_type="image/png", bytes=3, sha256="b" * 64, scan="infected", quarantined=True
    )
    return AttachmentNews(
        state="stored", wanted_id=wish.wanted_id, reference=wish.reference, person_key=wish.person_key,
        identity=wish.identity, channel=wish.channel, media=wish.media, attachment=stored, at=wish.at,
    )  # fmt: skip


def test_media_are_asked_for_in_the_same_transaction_as_the_case() -> None:
    desk = Desk()
    came = desk.say(mail("broken", media=[PICTURE, MediaReference(media_id="17")]))
    first, second = wanted(came)
    assert (first.reference, first.person_key) == (came.queued[0].reference, came.events[0].person_key)
    assert [first.media, second.media] == [PICTURE, MediaReference(media_id="17")]
    assert first.wanted_id != second.wanted_id
    assert [event.type for event in came.queued] == ["complaint.opened"], "routing does not wait"
    assert not wanted(desk.say(mail("broken", media=[PICTURE]))), "a duplicate brings nothing new"


def test_what_joins_brings_its_media_to_that_case() -> None:
    desk = Desk()
    reference = desk.say(mail("the fridge is broken")).queued[0].reference
    (wish,) = wanted(desk.say(mail("the fridge is broken", media=[PICTURE]), "again"))
    assert wish.reference == reference


@pytest.mark.parametrize(
    "reference",
    [
        MediaReference(url="geo:1.0,2.0"),
        MediaReference(url="https://page.example/", media_type="text/html"),
        MediaReference(url="file:///etc/passwd"),
        MediaReference(),
    ],
)
def test_places_and_links_are_not_fetched(reference: MediaReference) -> None:
    assert not wanted(Desk().say(mail("broken", media=[reference])))


def test_automatic_mail_fetches_nothing() -> None:
    assert not wanted(Desk().say(mail("broken", media=[PICTURE], flags=Flags(automated=True))))


def test_with_a_scanner_what_is_here_is_looked_at_too() -> None:
    desk = Desk()
    assert not wanted(desk.say(mail("one", attachments=[LETTER])))
    desk.stage = replace(desk.stage, house=replace(desk.stage.house, scans=True))
    (wish,) = wanted(desk.say(mail("two", attachments=[LETTER])))
    assert wish.stored == LETTER


def test_the_case_and_its_queue_hear_what_came() -> None:
    desk = Desk()
    (wish,) = wanted(desk.say(mail("broken", media=[PICTURE])))
    came = desk.feed(ATTACHMENT_STORED, news(wish))
    (event,), (told,) = came.events, came.queued
    assert (event.type, event.reference, event.sequence) == ("attachment", wish.reference, 2)
    assert (told.type, told.sequence) == ("complaint.updated", 2)
    assert told.changes["attachment"]["attachment"]["quarantined"] is True
    assert event.details["identity"] == wish.identity
    assert desk.feed(ATTACHMENT_STORED, news(wish)).outputs == [], "the same news twice is one"


def test_an_attachment_of_nobody_is_nonsense() -> None:
    desk = Desk()
    (wish,) = wanted(desk.say(mail("broken", media=[PICTURE])))
    with pytest.raises(Nonsense):
        desk.feed(ATTACHMENT_STORED, news(wish).model_copy(update={"reference": "0000-0000-00000"}))
