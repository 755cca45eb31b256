"""One delivery from Bluesky to its messages. Pure.

Facts used: `account` (our DID).
"""

from collections.abc import Mapping, Sequence

from channels import sameness
from channels.bluesky.payload import Author, Chat, Deletion, Item, Notification, items
from channels.bluesky.words import media_of, notes_of, words_of
from channels.contract import Reading
from channels.moments import moment
from channels.notes import whole
from schemas.message import Address, Flags, Message, ReplyRoute
from schemas.names import MessageKind

KINDS: dict[str, MessageKind] = {
    # what carries a person's words
    "mention": "message",
    "reply": "message",
    "quote": "message",
    # what says something about a post of ours
    "like": "reaction",
    "repost": "reaction",
    "like-via-repost": "reaction",
    "repost-via-repost": "reaction",
    # noise of the network
    "follow": "system",
    "starterpack-joined": "system",
    "verified": "system",
    "unverified": "system",
    "subscribed-post": "system",
    "contact-match": "system",
}
"""Reasons of notifications to our kinds; what is not listed is a system event with a problem."""

DELETED_MESSAGE = "chat.bsky.convo.defs#deletedMessageView"


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Every message, each once. Raises Unreadable."""
    found: dict[tuple[bytes, ...], Reading] = {}
    for item in items(raw):
        message = _message(item, facts.get("account", ""))
        found.setdefault(identity_parts(raw, message, facts), Reading(message))
    return list(found.values())


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Our account and the record's address (a direct message's id); posts cannot be edited. Frozen."""
    return sameness.parts(message, message.message_id)


def _message(item: Item, ours: str) -> Message:
    if isinstance(item, Chat):
        return _direct(item, ours)
    if isinstance(item, Deletion):
        return Message(
            channel="bluesky",
            kind="delete",
            message_id=item.deleted,
            account=ours,
            sender=_address(item.author),
            target_id=item.deleted,
            flags=Flags(deleted=True),
        )
    return _notified(item, ours)


def _notified(note: Notification, ours: str) -> Message:
    kind = KINDS.get(note.reason)
    problems = [] if kind else [f"a notification for the reason {note.reason[:40]!r} is not known"]
    if ours and note.author.did == ours:
        kind, problems = "system", ["our own post"]
    sender = _address(note.author)
    bare = Message(
        channel="bluesky",
        kind=kind or "system",
        message_id=note.uri,
        account=ours,
        sender=sender,
        sent_at=moment(note.record.created_at) or moment(note.indexed_at),
        target_id=note.subject if kind == "reaction" else "",
        problems=problems,
    )
    if kind != "message":
        return bare
    record = note.record
    text, notes = words_of(record.text, record.facets, record.embed), notes_of(record.embed)
    said = {
        "text": text,
        "full_text": whole(text, notes),
        "set_aside": "\n".join(notes),
        "problems": problems + notes,
        "language": note.record.langs[0][:2] if note.record.langs else "",
        "media": media_of(record.embed, note.author.did),
        "in_reply_to": note.record.reply.parent.uri,
        "reply": _route(note, sender, ours),
    }
    return bare.model_copy(update=said)


def _address(author: Author) -> Address:
    """The DID, which the network guarantees; the handle where there is none, else beside the name."""
    known = author.did.startswith("did:")
    name = author.display_name
    if known and author.handle:
        name = f"{name} (@{author.handle})" if name else f"@{author.handle}"
    value = author.did if known else author.handle
    return Address(kind="account" if value else "none", value=value, name=name)


def _route(note: Notification, sender: Address, ours: str) -> ReplyRoute:
    """An answer names its parent and the thread's root, each by address and hash."""
    root = note.record.reply.root
    return ReplyRoute(
        channel="bluesky",
        account=ours,
        address=sender,
        thread=note.uri,
        references=[note.cid, root.uri or note.uri, root.cid or note.cid],
        visibility="public",
        handle=f"@{note.author.handle}" if note.author.handle else "",
    )


def _direct(chat: Chat, ours: str) -> Message:
    said = chat.message
    author = chat.author if chat.author.did else said.sender
    sender = _address(author)
    own = bool(ours) and said.sender.did == ours
    deleted = said.type == DELETED_MESSAGE
    kind: MessageKind = "system" if own else "delete" if deleted else "message"
    text, notes = words_of(said.text, said.facets, said.embed), notes_of(said.embed)
    route = ReplyRoute(
        channel="bluesky",
        account=ours,
        address=sender,
        thread=f"convo:{chat.convo}",
        handle=f"@{author.handle}" if author.handle else "",
    )
    return Message(
        channel="bluesky",
        kind=kind,
        message_id=said.id,
        account=ours,
        sender=sender,
        sent_at=moment(said.sent_at),
        text="" if deleted else text,
        full_text="" if deleted else whole(text, notes),
        set_aside="" if deleted else "\n".join(notes),
        target_id=said.id if deleted else "",
        flags=Flags(deleted=deleted),
        reply=route if kind == "message" else None,
        problems=["our own message"] if own else notes,
    )
