"""The Cloud API's words for what arrives (Meta, "WhatsApp Cloud API: webhooks reference").

Only the outline is modelled; what a message of one type holds is read where its words are made.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from channels.json_body import read_object
from channels.lenient import Entity, Objects, Text, at, objects, text_of
from schemas.errors import Unreadable

OBJECT = "whatsapp_business_account"
PERSONAL_IDS = ("wa_id", "user_id", "parent_user_id")
"""Under which names a contact says whose profile it is: number, business-scoped id, that of the parent business."""


class Metadata(Entity):
    """Which number of ours it is about."""

    phone_number_id: Text = ""
    display_phone_number: Text = ""


class Value(Entity):
    """What changed: messages of people, statuses of letters, echoes of what staff wrote in the app."""

    metadata: Metadata = Metadata()
    contacts: Objects = Field(default_factory=list)
    messages: Objects = Field(default_factory=list)
    statuses: Objects = Field(default_factory=list)
    message_echoes: Objects = Field(default_factory=list)

    def name_of(self, *ids: str) -> str:
        """The profile name of a sender by any of his ids, empty when Meta does not tell it.

        People who hide their number come with empty ids: an empty id is nobody's.
        """
        mine = {one for one in ids if one}
        for contact in self.contacts:
            if mine & {at(contact, name) for name in PERSONAL_IDS}:
                return at(contact, "profile", "name") or at(contact, "profile", "username")
        return ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change and the business account it belongs to."""

    account: str
    field: str
    value: Value


def changes(raw: bytes) -> Iterator[Change]:
    """Every change of every entry. Raises Unreadable for what is no webhook of WhatsApp's."""
    body = read_object(raw)
    if body.get("object") != OBJECT:
        raise Unreadable(f"object is {str(body.get('object'))[:40]!r}, expected {OBJECT!r}")
    for entry in objects(body.get("entry")):
        for change in objects(entry.get("changes")):
            value = Value.model_validate(change.get("value"))
            yield Change(text_of(entry.get("id")), at(change, "field"), value)
