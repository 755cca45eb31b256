"""One notification, post, conversation or streaming event of Mastodon's to one message. Pure.

Facts used: `account` (ours, `name@server`), `domain` (completes accounts of the same server).
"""

from collections.abc import Mapping, Sequence

from channels import sameness
from channels.contract import Reading
from channels.lenient import at
from channels.mastodon.html import text_of
from channels.mastodon.payload import Account, Enclosure, Item, Status, item
from channels.notes import whole
from schemas.message import Address, Flags, MediaReference, Message, ReplyRoute
from schemas.names import MessageKind, Visibility

KINDS: dict[str, MessageKind] = {
    # what carries a person's words
    "mention": "message",
    "quote": "message",
    "status": "message",
    "post": "message",
    "conversation": "message",
    # what changes them
    "update": "edit",
    "quoted_update": "edit",
    "status.update": "edit",
    "delete": "delete",
    # what says something about a post of ours
    "favourite": "reaction",
    "reblog": "reaction",
    # noise of the network
    "follow": "system",
    "follow_request": "system",
    "poll": "system",
    "severed_relationships": "system",
    "moderation_warning": "system",
    "admin.sign_up": "system",
    "admin.report": "system",
    "conversation.empty": "system",
}
"""Notification types and streaming events to our kinds; any other is a system event with a problem."""

QUOTED = 500
"""Characters of a quoted post that are shown."""
VISIBILITY: dict[str, Visibility] = {"public": "public", "unlisted": "public"}
"""A post that anybody may see is answered in public; followers-only and direct ones are answered directly."""


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """One message. Raises Unreadable for what is no entity of Mastodon's."""
    found = item(raw)
    ours = facts.get("account", "")
    sender = _address(found.account, facts.get("domain", ""))
    kind, problems = _kind(found, sender, ours)
    status = found.status
    if status is None or (kind == "reaction" and not status.reblog):
        # a favourite carries our own post: nothing of it is the sender's
        about = status.id if status else found.id
        bare = Message(channel="mastodon", kind=kind, message_id=found.id, account=ours, sender=sender)
        update = {"target_id": about if kind in ("delete", "reaction") else "", "problems": problems}
        return [Reading(bare.model_copy(update=update))]
    message = _words(found, status, kind, sender, ours)
    return [Reading(message.model_copy(update={"problems": problems + message.problems}))]


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """The post, however it came (notification, conversation, stream); an edit also by its time. Frozen."""
    found = item(raw)
    if message.kind == "message" and found.status is not None:
        return sameness.parts(message, found.status.id)
    if message.kind == "edit" and found.status is not None:
        edited = found.status.edited_at
        return sameness.parts(message, found.status.id, edited.isoformat() if edited else "")
    return sameness.parts(message, found.id, found.name)


def _kind(found: Item, sender: Address, ours: str) -> tuple[MessageKind, list[str]]:
    kind = KINDS.get(found.name)
    if kind is None:
        return "system", [f"an event of the type {found.name[:40]!r} is not known"]
    if ours and sender.value.casefold() == ours.casefold():
        return "system", ["our own post"]
    if found.status is not None and found.status.reblog:
        return "reaction", []
    missing = found.status is None and kind in ("message", "edit")
    return kind, ["the post itself is missing"] if missing else []


def _words(found: Item, status: Status, kind: MessageKind, sender: Address, ours: str) -> Message:
    text = "\n".join(
        part for part in (text_of(status.content) or status.text.strip(), *status.poll.choices) if part
    )
    notes = _notes(status, text)
    # a content warning is written for the reader: it stands above the text, as a subject does
    warning = status.spoiler_text.strip()
    return Message(
        channel="mastodon",
        kind=kind,
        message_id=found.id,
        account=ours,
        sender=sender,
        to=[mention.acct for mention in status.mentions[:100]],
        sent_at=status.edited_at if kind == "edit" and status.edited_at else status.created_at,
        subject=warning,
        text=text,
        full_text=whole("\n\n".join(part for part in (warning, text) if part), notes),
        set_aside="\n".join(notes),
        html=True,
        language=status.language,
        media=[_media(one) for one in status.media_attachments[:50]],
        in_reply_to=status.in_reply_to_id,
        target_id=_about(status, kind),
        flags=Flags(automated=status.account.bot, edited=status.edited_at is not None),
        reply=_route(status, sender, ours),
        problems=notes,
    )


def _notes(status: Status, text: str) -> list[str]:
    """The post that is quoted, and the page shown below unless its address stands in the words."""
    quoted = status.quote.get("quoted_status") if status.quote else None
    said = text_of(at(quoted, "content"))[:QUOTED]
    by = at(quoted, "account", "acct")
    card = ", ".join(part for part in (status.card.title, status.card.url) if part)
    shown = bool(card) and status.card.url not in text
    told = f"quotes {f'@{by}' if by else 'a post'}: {said}" if said else ""
    return [note for note in (told, f"shares {card}" if shown else "") if note]


def _about(status: Status, kind: MessageKind) -> str:
    """The post that was edited or boosted."""
    if kind == "reaction":
        return str((status.reblog or {}).get("id") or "")
    return status.id if kind == "edit" else ""


def _address(account: Account, domain: str) -> Address:
    """`name@server`; an account of our own server has no server in Mastodon's words, `domain` adds it."""
    if not account.acct:
        return Address(name=account.display_name)
    acct = account.acct if "@" in account.acct or not domain else f"{account.acct}@{domain}"
    return Address(kind="account", value=acct, name=account.display_name)


def _media(one: Enclosure) -> MediaReference:
    return MediaReference(
        url=one.url or one.remote_url, media_id=one.id, media_type=one.type, name=one.description[:255]
    )


def _route(status: Status, sender: Address, ours: str) -> ReplyRoute | None:
    if sender.kind == "none":
        return None
    return ReplyRoute(
        channel="mastodon",
        account=ours,
        address=sender,
        thread=status.id,
        visibility=VISIBILITY.get(status.visibility, "private"),
        handle=f"@{status.account.acct}",
    )
