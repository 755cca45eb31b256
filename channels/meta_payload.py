"""Meta's words for conversations with a page or an Instagram account: one envelope for both (Graph webhooks).

Source: "Messenger Platform: webhook events" and "Instagram Platform: webhooks". The outline is walked here; what
it means is in `meta_reading`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from channels.json_body import read_object
from channels.lenient import Json, at, objects
from schemas.errors import Unreadable

MetaChannel = Literal["messenger", "instagram"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one entry. `name` is the key that tells what it is (`message`, `reaction`, a change's field).

    `page` is the entry's id: ours. `checked` is false for Meta's test events, whose ids are words or 0.
    """

    page: str
    name: str
    body: Json
    checked: bool

    def text(self, *path: str) -> str:
        """The text at `path`, empty when there is none."""
        return at(self.body, *path)


ENVELOPE = frozenset({"sender", "recipient", "timestamp"})
TELLING = (
    "message",
    "message_edit",
    "reaction",
    "postback",
    "delivery",
    "read",
    "optin",
    "referral",
    "account_linking",
    "pass_thread_control",
    "take_thread_control",
    "request_thread_control",
    "policy_enforcement",
)
"""Keys that tell what an event is, the most telling first: others (`hop_context`, `referral`) only go with them."""


def events(raw: bytes, expected: str) -> Iterator[Event]:
    """Every event of a webhook whose object is `expected`. Raises Unreadable for any other body."""
    body = read_object(raw)
    if body.get("object") != expected:
        raise Unreadable(f"object is {str(body.get('object'))[:40]!r}, expected {expected!r}")
    for entry in objects(body.get("entry")):
        page = at(entry, "id")
        checked = page.isascii() and page.isdigit() and page != "0"
        # in standby another app answers, but a person complains all the same
        for item in objects(entry.get("messaging")) + objects(entry.get("standby")):
            yield Event(page, _name(item), item, checked)
        for change in objects(entry.get("changes")):
            value = change.get("value")
            yield Event(
                page, f"change.{at(change, 'field')}", value if isinstance(value, dict) else {}, checked
            )


def _name(item: Json) -> str:
    """What an event is called: the order of its keys says nothing."""
    found = next((name for name in TELLING if isinstance(item.get(name), dict)), "")
    return found or next((name for name in item if name not in ENVELOPE), "empty")
