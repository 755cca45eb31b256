"""The Cloud API's words for what arrives (Meta, "WhatsApp Cloud API: webhooks reference").

Only the outline is modelled; what a message of one type holds is read where its words are made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from channels.json_body import clean, read_object
from schemas.errors import Unreadable

OBJECT = "whatsapp_business_account"
Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else clean(str(value)))]
Json = dict[str, Any]


class Outline(BaseModel):
    """What it does not name is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Metadata(Outline):
    """Which number of ours it is about."""

    phone_number_id: Text = ""
    display_phone_number: Text = ""


class Value(Outline):
    """What changed: messages of people, statuses of letters, echoes of what staff wrote in the app."""

    metadata: Metadata = Metadata()
    contacts: list[Json] = Field(default_factory=list)
    messages: list[Json] = Field(default_factory=list)
    statuses: list[Json] = Field(default_factory=list)
    message_echoes: list[Json] = Field(default_factory=list)

    def name_of(self, sender: str) -> str:
        """The profile name of a sender, empty when Meta does not tell it."""
        for contact in self.contacts:
            profile = contact.get("profile")
            if sender in (contact.get("wa_id"), contact.get("user_id")) and isinstance(profile, dict):
                return clean(str(profile.get("name") or ""))
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
    try:
        for entry in _objects(body.get("entry")):
            for change in _objects(entry.get("changes")):
                value = Value.model_validate(change.get("value") or {})
                yield Change(str(entry.get("id", "")), clean(str(change.get("field", ""))), value)
    except ValidationError as error:
        raise Unreadable(f"not a change of WhatsApp's: {error.errors()[0]['loc']}") from error


def _objects(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def at(value: object, *path: str) -> str:
    """The text at `path` in nested objects, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, dict | list) else clean(str(value))
