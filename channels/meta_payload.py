"""Meta's words for conversations with a page or an Instagram account: one envelope for both (Graph webhooks).

Source: "Messenger Platform: webhook events" and "Instagram Platform: webhooks". The outline is walked here; what
it means is in `meta_reading`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from channels.json_body import clean, read_object
from schemas.errors import Unreadable

Json = dict[str, Any]
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
            names = [name for name in item if name not in ENVELOPE]
            yield Event(page, names[0] if names else "empty", item, checked)
        for change in objects(entry.get("changes")):
            value = change.get("value")
            yield Event(
                page, f"change.{at(change, 'field')}", value if isinstance(value, dict) else {}, checked
            )


def objects(value: object) -> list[Json]:
    """The objects in a list, nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def at(value: object, *path: str) -> str:
    """The text at `path` in nested objects, empty when there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return "" if value is None or isinstance(value, dict | list) else clean(str(value))
