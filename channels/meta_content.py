"""What a message of Messenger's or Instagram's holds: words, taps that stand for them, media, its subject. Pure."""

from channels.geo import place
from channels.lenient import Json, at, objects
from schemas.message import MediaReference
from schemas.names import MessageKind

EMOJI = {
    "369239263222822": "👍",
    "369239343222814": "👍",
    "369239383222810": "👍",
    "like_heart": "❤️",
}
"""Stickers that are one tap instead of words: Messenger's thumb in its three sizes, Instagram's heart."""
MOST_ENCLOSURES = 50
NO_MEDIA = frozenset({"template", "fallback", "product", "location"})
"""Attachments that are no file at their address."""


def text(body: Json, kind: MessageKind) -> str:
    """A person's words; of a reaction or a single tap the sign that stands for it; else what he chose."""
    if kind == "reaction":
        return at(body, "emoji")
    tapped = (
        EMOJI.get(at(one, "type")) or EMOJI.get(at(one, "payload", "sticker_id"), "")
        for one in _enclosures(body)
    )
    written = at(body, "text") or EMOJI.get(at(body, "sticker_id"), "")
    return written or next((one for one in tapped if one), "") or at(body, "quick_reply", "payload")


def media(body: Json) -> list[MediaReference]:
    """Attachments, by address; a place as its coordinates; the story that is answered."""
    found: list[MediaReference] = []
    for one in _enclosures(body):
        coordinates = _part(one, "payload").get("coordinates")
        if isinstance(coordinates, dict):
            found += place(coordinates.get("lat"), coordinates.get("long"), at(one, "title"))
            continue
        url = at(one, "payload", "url") or at(one, "url")
        name = (at(one, "payload", "title") or at(one, "title"))[:255]
        found.append(MediaReference(url=url, media_type=at(one, "type"), name=name))
    story = at(body, "reply_to", "story", "url")
    if story:
        found.append(MediaReference(url=story, media_type="story", name="the story that is answered"))
    return found


def notes(body: Json) -> list[str]:
    """What the message is about and does not say itself: a story, an advertisement, a product, a shared page."""
    story = at(body, "reply_to", "story", "url") or at(body, "reply_to", "story", "id")
    found = [f"answers the story {story}"] if story else []
    found += referral(body.get("referral"))
    for one in _enclosures(body):
        found += [f"about the product {product}" for product in _products(one)]
        if at(one, "type") in NO_MEDIA and not _products(one):
            named = [
                at(one, "payload", "title") or at(one, "title"),
                at(one, "payload", "url") or at(one, "url"),
            ]
            told = ", ".join(part for part in named if part)
            found += [f"shares {told}"] if told else _named(one)
    if body.get("is_unsupported") is True:
        found.append("the network does not tell what was sent")
    return list(dict.fromkeys(found))


def referral(value: object) -> list[str]:
    """Where a conversation began: an advertisement, a product, a link with a word of ours."""
    context = value.get("ads_context_data") if isinstance(value, dict) else None
    ad = [at(context, "ad_title"), at(value, "ad_id")]
    if any(ad):
        return [f"came from the advertisement {', '.join(part for part in ad if part)}"]
    product = at(value, "product", "id")
    if product:
        return [f"about the product {product}"]
    ref = at(value, "ref")
    return [f"came by the link {ref!r}"] if ref else []


def _enclosures(body: Json) -> list[Json]:
    return objects(body.get("attachments"))[:MOST_ENCLOSURES]


def _products(one: Json) -> list[str]:
    """Products of the catalogue that were sent, each with title, price and number."""
    elements = objects(_part(_part(one, "payload"), "product").get("elements"))
    parts = ([at(item, name) for name in ("title", "subtitle", "retailer_id")] for item in elements)
    return [", ".join(part for part in item if part) for item in parts if any(item)]


def _named(one: Json) -> list[str]:
    """A template says what it shows in its elements."""
    payload = _part(one, "payload")
    elements = [at(payload, "text"), *(at(item, "title") for item in objects(payload.get("elements")))]
    told = ", ".join(part for part in elements if part)
    return (
        [f"sent a {at(one, 'type')}: {told}" if told else f"sent a {at(one, 'type')}"]
        if at(one, "type")
        else []
    )


def _part(value: Json, name: str) -> Json:
    part = value.get(name)
    return part if isinstance(part, dict) else {}
