"""What a message of each type says: its text, its media, and what is kept beside it. Pure.

Everything that a person typed or chose is his words: a caption, a button, a row of a list with its description, the
answers of a flow, a contact's card, a place, the items of an order.
"""

from collections.abc import Callable, Mapping

from channels.answers import answers
from channels.geo import place
from channels.lenient import Json, at, objects, spoken
from channels.moments import moment
from schemas.message import MediaReference

MEDIA_TYPES = ("image", "video", "audio", "voice", "document", "sticker")


def _interactive(message: Json) -> str:
    """What was tapped, with what stood below it; of a flow the answers."""
    kind = at(message, "interactive", "type")
    if kind == "nfm_reply":
        filled = message["interactive"].get(kind)
        json = at(filled, "response_json")
        return answers(json) if json else at(filled, "body")
    chosen = [at(message, "interactive", kind, name) for name in ("title", "description", "body")]
    return _lines(*chosen) or _lines(*spoken(message.get("interactive")))


def _contacts(message: Json) -> str:
    """The cards that were shared, one on a line: name, company, numbers, addresses."""
    return _lines(*(_card(card) for card in objects(message.get("contacts"))))


def _card(card: Json) -> str:
    name = at(card, "name", "formatted_name") or " ".join(
        part for part in (at(card, "name", "first_name"), at(card, "name", "last_name")) if part
    )
    parts = [name, at(card, "org", "company")]
    parts += [at(one, "phone") or at(one, "wa_id") for one in objects(card.get("phones"))]
    parts += [at(one, "email") for one in objects(card.get("emails"))]
    for one in objects(card.get("addresses")):
        parts.append(" ".join(filter(None, (at(one, name) for name in ("street", "zip", "city", "country")))))
    parts += [at(one, "url") for one in objects(card.get("urls"))]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _order(message: Json) -> str:
    """The note, and a line for each item: how many of what at which price."""
    order = message.get("order")
    items = objects(order.get("product_items")) if isinstance(order, dict) else []
    return _lines(at(order, "text"), *(_item(item) for item in items))


def _item(item: Json) -> str:
    price = " ".join(part for part in (at(item, "item_price"), at(item, "currency")) if part)
    name = at(item, "product_retailer_id") or at(item, "name")
    return f"{at(item, 'quantity') or '1'} × {name}{f' ({price})' if price else ''}"


def _lines(*texts: str) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


TEXTS: Mapping[str, Callable[[Json], str]] = {
    "text": lambda message: at(message, "text", "body"),
    "button": lambda message: at(message, "button", "text") or at(message, "button", "payload"),
    "interactive": _interactive,
    "reaction": lambda message: at(message, "reaction", "emoji"),
    "contacts": _contacts,
    "location": lambda message: _lines(at(message, "location", "name"), at(message, "location", "address")),
    "order": _order,
    "system": lambda message: at(message, "system", "body"),
    **dict.fromkeys(MEDIA_TYPES, lambda message: at(message, at(message, "type"), "caption")),
}
"""Message type to its words; what a type holds that is not listed is searched for words."""


def text_of(message: Json) -> str:
    """The words of a message; empty for a type that has none."""
    kind = at(message, "type")
    words = TEXTS.get(kind)
    return words(message) if words else _lines(*spoken(message.get(kind)))


def is_known(message: Json) -> bool:
    """Whether the type is one whose contents are described to us."""
    return at(message, "type") in (*TEXTS, "edit", "revoke", "request_welcome", "unsupported", "unknown")


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


def beside(message: Json) -> list[str]:
    """What the message is about and does not say itself: an advertisement, a product, that it was passed on."""
    context, referral = message.get("context"), message.get("referral")
    about = [at(referral, name) for name in ("headline", "body", "source_url")]
    product = at(context, "referred_product", "product_retailer_id")
    marks = context if isinstance(context, dict) else {}
    forwarded = True in (marks.get("forwarded"), marks.get("frequently_forwarded"))
    return [
        text
        for text, there in (
            (f"came from an advertisement: {', '.join(filter(None, about))}", any(about)),
            (f"asks about the product {product}", product),
            ("passed on, not written by the sender", forwarded),
        )
        if there
    ]


def problems_of(message: Json) -> list[str]:
    """What Meta itself says is wrong with a message, and what was odd about it."""
    told = [at(error, "title") or at(error, "message") for error in objects(message.get("errors"))]
    sent_at, kind = at(message, "timestamp"), at(message, "type")
    odd = [f"timestamp {sent_at[:40]!r} is no time"] if sent_at and moment(sent_at) is None else []
    if not is_known(message):
        odd.append(
            f"a message of the type {kind[:40]!r} is not known: its words are shown as they were found"
        )
    elif kind in ("unsupported", "unknown") and not any(told):
        odd.append("the network does not tell what was sent")
    return [text for text in told if text] + odd
