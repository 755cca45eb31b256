"""What a message through Twilio says: what was typed or chosen, a place, and what it is about. Pure.

Source: Twilio, "Twilio's request to your incoming message webhook" (WhatsApp-specific parameters included).
"""

from channels.answers import answers
from channels.geo import place
from channels.sms import bodies
from channels.sms.payload import Twilio
from schemas.message import MediaReference


def text_of(fields: Twilio) -> tuple[str, list[str]]:
    """The words, and how they were read where that was odd.

    A button, the row of a list with its description and the answers of a flow were chosen by the person as well.
    """
    inside = bodies.decoded(fields.body)
    if inside is not None:
        return inside, ["the body was base64 and was decoded"]
    where = ", ".join(part for part in (fields.label, fields.place) if part)
    chosen = [fields.button_text, fields.list_title, fields.list_description]
    filled = answers(fields.interactive) or answers(fields.flow)
    body = fields.body if not filled or fields.body.strip().lower() != "sent" else ""
    said = [
        body,
        *(one for one in chosen if one and one.strip() != body.strip()),
        filled,
        where if not body else "",
    ]
    return "\n".join(dict.fromkeys(part for part in said if part)) or fields.button_payload, []


def place_of(fields: Twilio) -> list[MediaReference]:
    """A location as a geo URI (RFC 5870), as exact as it came; none for what are no coordinates."""
    if not place(fields.latitude, fields.longitude):
        return []
    return [MediaReference(url=f"geo:{fields.latitude},{fields.longitude}", name=fields.label[:255])]


def beside(fields: Twilio) -> list[str]:
    """What the message is about and does not say itself."""
    about = [part for part in (fields.ad_headline, fields.ad_body, fields.ad_url) if part]
    told = [f"came from an advertisement: {', '.join(about)}"] if about else []
    return told + (["passed on, not written by the sender"] if fields.forwarded.lower() == "true" else [])


def nothing_shown(fields: Twilio) -> list[str]:
    """Said of a message without words and media."""
    kind = fields.message_type[:40]
    return (
        [f"a message of the type {kind!r} without words: Twilio does not tell what was sent"] if kind else []
    )
