"""What a message of each type says: its text, its media, and what is kept beside it. Pure."""

from collections.abc import Callable, Mapping

from channels.geo import place
from channels.moments import moment
from channels.whatsapp.payload import Json, at
from schemas.message import MediaReference

MEDIA_TYPES = ("image", "video", "audio", "voice", "document", "sticker")


def _interactive(message: Json) -> str:
    """What was tapped; the answers of a flow are kept as an enclosure."""
    kind = at(message, "interactive", "type")
    return at(message, "interactive", kind, "title") or at(message, "interactive", kind, "body")


def _contacts(message: Json) -> str:
    """The numbers of the cards that were shared."""
    cards = message.get("contacts")
    phones = [
        at(phone, "phone")
        for card in (cards if isinstance(cards, list) else [])
        if isinstance(card, dict) and isinstance(card.get("phones"), list)
        for phone in card["phones"]
    ]
    return ", ".join(phone for phone in phones if phone)


TEXTS: Mapping[str, Callable[[Json], str]] = {
    "text": lambda message: at(message, "text", "body"),
    "button": lambda message: at(message, "button", "text"),
    "interactive": _interactive,
    "reaction": lambda message: at(message, "reaction", "emoji"),
    "contacts": _contacts,
    "order": lambda message: at(message, "order", "text"),
    "system": lambda message: at(message, "system", "body"),
    **dict.fromkeys(MEDIA_TYPES, lambda message: at(message, at(message, "type"), "caption")),
}
"""Message type to its words; a type that is not listed has none that we can see."""


def text_of(message: Json) -> str:
    """The words of a message; empty for a type that has none."""
    words = TEXTS.get(at(message, "type"))
    return words(message) if words else ""


def media_of(message: Json) -> list[MediaReference]:
    """Media by id (the address is asked for later and lives five minutes), or a place."""
    kind = at(message, "type")
    if kind == "location":
        name = ", ".join(part for part in (at(message, kind, "name"), at(message, kind, "address")) if part)
        return place(at(message, kind, "latitude"), at(message, kind, "longitude"), name)
    if kind not in MEDIA_TYPES or not isinstance(message.get(kind), dict):
        return []
    reference = MediaReference(
        url=at(message, kind, "url"),
        media_id=at(message, kind, "id"),
        media_type=at(message, kind, "mime_type"),
        name=at(message, kind, "filename")[:255],
    )
    return [reference]


def flow_answers(message: Json) -> bytes:
    """The JSON that a flow (a form inside WhatsApp) was answered with; empty for anything else."""
    return at(message, "interactive", "nfm_reply", "response_json").encode()


def problems_of(message: Json) -> list[str]:
    """What Meta itself says is wrong with a message, and what was odd about it."""
    errors = message.get("errors")
    told = (
        [at(error, "title") for error in errors if isinstance(error, dict)]
        if isinstance(errors, list)
        else []
    )
    sent_at = at(message, "timestamp")
    odd = [f"timestamp {sent_at[:40]!r} is no time"] if sent_at and moment(sent_at) is None else []
    return [text for text in told if text] + odd
