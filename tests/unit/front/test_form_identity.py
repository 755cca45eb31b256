"""The reference on the page is the one the streams derive, for ever."""

from datetime import UTC, datetime

import pytest

from channels import webform
from channels.contract import Channel
from schemas import identity
from schemas.delivery import Delivery
from schemas.errors import Unreadable
from schemas.form import FilledForm
from schemas.message import Attachment
from tests.unit.front.conftest import SECRET, House
from workers.normalise import rule

FORM = FilledForm(key="k1", description="The meter was read wrongly.", name="Anna", email="anna@example.org")
CHANNEL: Channel = webform.CHANNEL


def told(form: FilledForm) -> str:
    return identity.reference(SECRET, identity.message_identity("webform", form.identity_parts()))


def test_golden_vector_of_the_identity() -> None:
    found = identity.message_identity("webform", FORM.identity_parts())
    assert found == "66a4a2b92d2c7689aea8ff5d8e9c9978"


@pytest.mark.asyncio
async def test_the_streams_derive_the_reference_that_the_page_showed(house: House) -> None:
    body = {"description": "Wrong bill", "email": "Anna@Example.org", "phone": "+44 20 7946 0018"}
    async with house.client() as client:
        answer = await client.post("/complain", json=body, headers={"idempotency-key": "abc"})
    shown = answer.json()["reference"]
    ((channel, inbound),) = house.intake.taken
    delivery = Delivery(
        delivery_id="a-1-1", channel=channel, received_at=inbound.received_at, facts=dict(inbound.facts)
    )
    received = rule.Received(delivery, inbound.raw, datetime.now(UTC))
    (reading,) = CHANNEL.read(inbound.raw, inbound.facts)
    assert rule.arrival(CHANNEL, received, reading.message, SECRET).reference == shown


@pytest.mark.parametrize(
    "change",
    [
        {"key": "k2"},
        {"description": "The meter was read wrongly!"},
        {"remedy": "refund"},
        {"attachments": [Attachment(name="a", media_type="text/plain", bytes=1, sha256="0" * 64)]},
    ],
)
def test_anything_else_is_another_complaint(change: dict[str, object]) -> None:
    assert told(FORM.model_copy(update=change)) != told(FORM)


@pytest.mark.parametrize("change", [{"odd": ["trap"]}, {"extra_of_a_later_version": "x"}])
def test_what_the_door_noticed_is_not_part_of_it(change: dict[str, object]) -> None:
    assert told(FilledForm.model_validate(FORM.model_dump() | change)) == told(FORM)


def test_mail_first_then_telephone_then_the_page() -> None:
    both = FORM.model_copy(update={"phone": "+442079460018"}).message("webform")
    assert (both.sender.kind, both.sender.value) == ("mail", "anna@example.org")
    assert [other.value for other in both.other_addresses] == ["+442079460018"]
    assert both.reply is not None
    assert (both.reply.channel, both.reply.address.value) == ("mail", "anna@example.org")
    phone = FORM.model_copy(update={"email": "", "phone": "+442079460018"}).message("webform")
    assert phone.reply is not None
    assert (phone.sender.kind, phone.reply.channel) == ("phone", "sms")
    nobody = FORM.model_copy(update={"email": ""}).message("webform")
    assert nobody.reply is not None
    assert (nobody.sender.kind, nobody.sender.name, nobody.reply.channel) == ("none", "Anna", "webform")


def test_reading_has_fields_and_enclosures_that_are_stored_already() -> None:
    enclosed = Attachment(name="bill.pdf", media_type="application/pdf", bytes=3, sha256="0" * 64)
    form = FORM.model_copy(update={"acting_for": "Bea", "language": "de", "attachments": [enclosed]})
    (reading,) = CHANNEL.read(form.to_bytes(), {})
    assert reading.contents == ()
    assert reading.message.attachments == [enclosed]
    assert reading.message.form is not None
    assert (reading.message.form.acting_for, reading.message.language) == ("Bea", "de")


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"key": "k"}', b"\xff\xfe", b'{"key":1,"description":[]}']
)
def test_bytes_that_are_no_form_are_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="not a filled-in form"):
        CHANNEL.read(raw, {})
