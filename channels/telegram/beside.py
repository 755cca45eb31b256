"""What a Telegram message is about and does not say itself: whom it quotes, where it was passed on from. Pure."""

from channels.lenient import Json, at, objects, part
from channels.telegram.words import filled_in

SHOWN = 500
"""Characters of a quotation that are shown."""


def notes_of(body: Json) -> list[str]:
    """One note each for the quotation, the answered message elsewhere, the origin, and what has no words."""
    found = (_quoted(body), _elsewhere(body), _forwarded(body), _filled_in(body), *_wordless(body))
    return [note for note in found if note]


def _filled_in(body: Json) -> str:
    answered = "; ".join(filled_in(body).splitlines())[:SHOWN]
    return f"filled in: {answered}" if answered else ""


def _quoted(body: Json) -> str:
    if part(body, "reply_to_message", "from").get("is_bot") is True:
        return ""  # a letter of ours: what it says is not the person's
    quote = at(body, "quote", "text")[:SHOWN]
    return f"quotes: {quote}" if quote else ""


def _elsewhere(body: Json) -> str:
    """A message of another chat that is answered, or a story."""
    story = at(body, "reply_to_story", "chat", "title") or at(body, "reply_to_story", "chat", "first_name")
    if isinstance(body.get("reply_to_story"), dict):
        return f"answers a story of {story or 'somebody'}"
    external = part(body, "external_reply")
    if not external:
        return ""
    said = [at(external, "text"), at(external, "poll", "question"), at(external, "checklist", "title")]
    told = ": ".join(one for one in (f"answers a message of {origin(external.get('origin'))}", *said) if one)
    return told[: SHOWN + 100]


def _forwarded(body: Json) -> str:
    """Who wrote what was passed on; older versions of the API have a field for each part."""
    found = body.get("forward_origin")
    if isinstance(found, dict):
        return f"passed on, written by {origin(found)}"
    name = (
        at(body, "forward_sender_name")
        or at(body, "forward_from_chat", "title")
        or _name(body.get("forward_from"))
    )
    return f"passed on, written by {name}" if name else ""


def origin(value: object) -> str:
    """MessageOrigin: a person, one who hides, a chat, a channel."""
    named = [_name(part(value, name)) for name in ("sender_user", "sender_chat", "chat")]
    return at(value, "sender_user_name") or next((name for name in named if name), "somebody")


def _name(value: object) -> str:
    person = " ".join(one for one in (at(value, "first_name"), at(value, "last_name")) if one)
    handle = at(value, "username")
    return at(value, "title") or person or (f"@{handle}" if handle else "")


def _wordless(body: Json) -> list[str]:
    """What was sent without a word that could be read."""
    notes = []
    if isinstance(body.get("dice"), dict):
        notes.append(f"sent {at(body, 'dice', 'emoji') or 'a die'}: {at(body, 'dice', 'value')}")
    if isinstance(body.get("story"), dict):
        notes.append(
            f"sent a story of {_name(part(body['story'], 'chat')) or 'somebody'}, which bots cannot see"
        )
    if isinstance(body.get("paid_media"), dict):
        kinds = [at(one, "type") for one in objects(body["paid_media"].get("paid_media"))]
        notes.append(f"sent paid media: {', '.join(filter(None, kinds)) or 'unknown'}")
    if isinstance(body.get("sticker"), dict):
        emoji = at(body, "sticker", "emoji")
        notes += [f"sent a sticker: {emoji}"] if emoji else []
    return notes
