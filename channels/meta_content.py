"""What a message of Messenger's or Instagram's holds: words, taps that stand for words, media. Pure."""

from channels.geo import place
from channels.meta_payload import Json, at, objects
from schemas.message import MediaReference
from schemas.names import MessageKind

EMOJI = {
    "369239263222822": "👍",
    "369239343222814": "👍",
    "369239383222810": "👍",
    "like_heart": "❤️",
}
"""Stickers that are one tap instead of words: Messenger's thumb in its three sizes, Instagram's heart."""


def text(body: Json, kind: MessageKind) -> str:
    """A person's words; of a reaction or a single tap the sign that stands for it."""
    if kind == "reaction":
        return at(body, "emoji")
    tapped = (
        EMOJI.get(at(one, "type")) or EMOJI.get(at(one, "payload", "sticker_id"), "")
        for one in objects(body.get("attachments"))
    )
    return (
        at(body, "text") or EMOJI.get(at(body, "sticker_id"), "") or next((one for one in tapped if one), "")
    )


def media(body: Json) -> list[MediaReference]:
    """Attachments, by address; a place as its coordinates."""
    found: list[MediaReference] = []
    for one in objects(body.get("attachments"))[:50]:
        coordinates = (
            one.get("payload", {}).get("coordinates") if isinstance(one.get("payload"), dict) else None
        )
        if isinstance(coordinates, dict):
            found += place(coordinates.get("lat"), coordinates.get("long"), at(one, "title"))
            continue
        url = at(one, "payload", "url") or at(one, "url")
        name = (at(one, "payload", "title") or at(one, "title"))[:255]
        found.append(MediaReference(url=url, media_type=at(one, "type"), name=name))
    return found
