"""One webhook body or API answer of X's to its messages. Pure.

Facts used: `account` (our user id), which a webhook also names itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from channels import sameness
from channels.contract import Reading
from channels.geo import place
from channels.moments import moment, utc
from channels.notes import whole
from channels.x.item import Item
from channels.x.payload import items
from schemas.errors import Unreadable
from schemas.message import Address, Flags, MediaReference, Message, ReplyRoute
from schemas.names import MessageKind

KINDS: dict[str, MessageKind] = {
    # what carries a person's words
    "tweet": "message",
    "MessageCreate": "message",
    "tweet_create_events": "message",
    "direct_message_events": "message",
    # what changes them
    "tweet_delete_events": "delete",
    # what says something about a post of ours
    "favorite_events": "reaction",
    "retweet": "reaction",
    # noise of the network
    "ParticipantsJoin": "system",
    "ParticipantsLeave": "system",
    "follow_events": "system",
    "block_events": "system",
    "mute_events": "system",
    "user_event": "system",
    "direct_message_indicate_typing_events": "system",
    "direct_message_mark_read_events": "system",
}
"""Names of events to our kinds; what is not listed is a system event with a problem."""

CLASSIC_DATE = "%a %b %d %H:%M:%S %z %Y"


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Every message of one body, each once, in its order. Raises Unreadable."""
    found: dict[tuple[bytes, ...], Reading] = {}
    refused = ""
    for message in _messages(raw, facts):
        if isinstance(message, str):
            refused = message
        else:
            found.setdefault(identity_parts(raw, message, facts), Reading(message))
    if refused and not found:
        raise Unreadable(refused)
    return list(found.values())


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Our account and the post's or message's id; an edited post has a new one. Frozen."""
    revision = message.subject if message.kind == "system" else ""
    return sameness.parts(message, message.message_id, revision)


def _messages(raw: bytes, facts: Mapping[str, str]) -> Iterator[Message | str]:
    for item in items(raw):
        ours = facts.get("account", "") or item.ours
        if item.author and not item.author.isdigit():
            yield f"no X id can be {item.author[:40]!r}"
        elif not item.id and KINDS.get(item.name) != "system":
            yield "a message without an id"
        else:
            yield _message(item, ours)


def _message(item: Item, ours: str) -> Message:
    kind = KINDS.get(item.name, "system")
    problems = [] if item.name in KINDS else [f"an event of the type {item.name[:40]!r} is not known"]
    if ours and item.author == ours and kind in ("message", "reaction"):
        kind, problems = "system", ["our own post"]
    name = item.author_name or (f"@{item.handle}" if item.handle else "")
    sender = Address(kind="account", value=item.author, name=name) if item.author else Address(name=name)
    return Message(
        channel="x",
        kind=kind,
        message_id=item.id,
        account=ours,
        sender=sender,
        sent_at=_when(item.created_at),
        subject=item.name if kind == "system" else "",
        text=item.text if kind != "reaction" else "",
        full_text=whole(item.text, item.notes),
        set_aside="\n".join(item.notes),
        language=item.language if item.language != "und" else "",
        media=_media(item),
        in_reply_to=item.answers,
        references=list(item.versions),
        target_id=item.about if kind in ("delete", "reaction") else "",
        flags=Flags(edited=bool(item.versions), deleted=kind == "delete"),
        reply=_route(item, sender, ours) if kind == "message" else None,
        problems=[*problems, *item.notes],
    )


def _media(item: Item) -> list[MediaReference]:
    files = [MediaReference(url=one.url, media_id=one.key, media_type=one.kind) for one in item.media]
    return files + [found for where in item.places for found in place(*where)]


def _route(item: Item, sender: Address, ours: str) -> ReplyRoute | None:
    """A post is answered under it, a direct message in its conversation."""
    if sender.kind == "none":
        return None
    return ReplyRoute(
        channel="x",
        account=ours,
        address=sender,
        thread=item.id,
        visibility="private" if item.conversation else "public",
        handle=f"@{item.handle}" if item.handle else "",
    )


def _when(value: object) -> datetime | None:
    found = moment(value)
    if found is not None or not isinstance(value, str):
        return found
    try:
        return utc(datetime.strptime(value, CLASSIC_DATE))
    except ValueError:
        return None
