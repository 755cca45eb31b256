"""What happens in a conversation with a page or an Instagram account, as our messages. Pure.

Messenger and Instagram differ in the name of the object and in what people may comment on; the rest is one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from channels import meta_content as content
from channels import sameness
from channels.contract import Reading
from channels.lenient import Json, at
from channels.meta_comments import comment
from channels.meta_payload import Event, MetaChannel, events
from channels.moments import moment
from channels.notes import whole
from schemas.errors import Unreadable
from schemas.message import Address, Flags, Message, Receipt, ReplyRoute
from schemas.names import MessageKind

KINDS: dict[str, MessageKind] = {
    # what carries a person's words
    "message": "message",
    "change.comments": "message",
    "change.live_comments": "message",
    "change.feed": "message",
    "change.mention": "message",
    "change.mentions": "message",
    "change.ratings": "message",
    # what was tapped in place of words
    "postback": "message",
    # what changes them
    "message_edit": "edit",
    "reaction": "reaction",
    # a provider's word on letters of ours
    "delivery": "receipt",
    # noise: taps, hand-overs, consents
    "read": "system",
    "referral": "system",
    "optin": "system",
    "empty": "system",
    "account_linking": "system",
    "pass_thread_control": "system",
    "take_thread_control": "system",
    "request_thread_control": "system",
    "policy_enforcement": "system",
}
"""Names of events to our kinds; what is not listed is a system event with a problem."""

OPENINGS = frozenset({"get started", "getting started", "getstarted"})
"""What the first button of a conversation says, as Meta names it; a title in another language keeps the payload."""
WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class House:
    """Which of the two channels is read."""

    channel: MetaChannel
    object: str


def read(house: House, raw: bytes) -> Sequence[Reading]:
    """Every event of one body, each once. Raises Unreadable."""
    found: dict[tuple[bytes, ...], Reading] = {}
    refused = ""
    for place_in_body, event in enumerate(events(raw, house.object)):
        event_id = f"{event.name}.{sha256(raw).hexdigest()[:32]}.{place_in_body}"
        for message in _messages(house, event, event_id):
            if isinstance(message, str):
                refused = message
            else:
                found.setdefault(identity_parts(message), Reading(message))
    if refused and not found:
        raise Unreadable(refused)
    return list(found.values())


def identity_parts(message: Message) -> tuple[bytes, ...]:
    """Our page and the message's id; an edit also by its text's number, a receipt by its status. Frozen."""
    revision = message.receipt.status if message.receipt else ""
    if message.kind in ("edit", "reaction"):
        revision = f"{message.sent_at.isoformat() if message.sent_at else ''} {message.text}"
    return sameness.parts(message, message.message_id, revision)


def _messages(house: House, event: Event, event_id: str) -> Iterator[Message | str]:
    kind = KINDS.get(event.name)
    if kind is None:
        yield _noise(house, event, event_id, f"an event of the type {event.name[:40]!r} is not known")
    elif event.name.startswith("change."):
        yield comment(house.channel, event) or _noise(house, event, event_id, "")
    elif event.checked and event.text("recipient", "id") != event.page and not _echo(event):
        yield _noise(house, event, event_id, "addressed to another page")
    elif event.name == "postback" and _opening(event):
        yield _noise(house, event, event_id, "")
    elif event.name == "delivery":
        yield from _deliveries(house, event)
    elif kind == "system":
        yield _noise(house, event, event_id, "")
    else:
        yield _said(house, event, event_id, kind)


def _said(house: House, event: Event, event_id: str, kind: MessageKind) -> Message | str:
    sender_id = event.text("sender", "id")
    if sender_id and event.checked and not sender_id.isdigit():
        return f"no {house.channel} id can be {sender_id[:40]!r}"
    part = event.body.get(event.name)
    body: Json = part if isinstance(part, dict) else {}
    if body.get("is_deleted") is True:
        kind = "delete"
    receipt = _own_letter(body) if _echo(event) else None
    if _echo(event):
        kind = "receipt" if receipt else "system"
    message_id = at(body, "mid") or event_id
    sender = Address(kind="account" if sender_id else "none", value=sender_id)
    changes = kind in ("edit", "delete", "reaction")
    text = at(body, "title") or at(body, "payload") if event.name == "postback" else content.text(body, kind)
    notes = [*content.notes(body), *content.referral(event.body.get("referral"))] if kind == "message" else []
    return Message(
        channel=house.channel,
        kind=kind,
        message_id=message_id,
        account=event.page if event.checked else event.text("recipient", "id"),
        sender=sender,
        sent_at=moment(event.body.get("timestamp")),
        text=text,
        full_text=whole(text, notes),
        set_aside="\n".join(notes),
        media=content.media(body),
        in_reply_to=at(body, "reply_to", "mid"),
        target_id=message_id if changes else "",
        flags=Flags(edited=kind == "edit", deleted=kind == "delete"),
        receipt=receipt,
        reply=None if _echo(event) or not sender_id else _route(house, event, sender, message_id),
        problems=notes,
    )


def _opening(event: Event) -> bool:
    """A tap by which nothing was said: the button that every conversation begins with, or one without a message.

    A tap that chose something stands in the conversation as its words, under a message id of its own.
    """
    said = (event.text("postback", "payload"), event.text("postback", "title"))
    opened = any(" ".join(one.replace("_", " ").split()).casefold() in OPENINGS for one in said)
    return opened or not event.text("postback", "mid")


def _echo(event: Event) -> bool:
    """What we, or our staff in the page's inbox, wrote."""
    part = event.body.get("message")
    return isinstance(part, dict) and part.get("is_echo") is True


def _own_letter(body: Json) -> Receipt | None:
    """An echo of a letter carries its id and key in `metadata`."""
    letter, dot, key = at(body, "metadata").partition(".")
    if not (dot and letter and key):
        return None
    return Receipt(letter=letter, key=key, provider_id=at(body, "mid"), state="accepted", status="echo")


def _route(house: House, event: Event, sender: Address, message_id: str) -> ReplyRoute:
    sent_at = moment(event.body.get("timestamp"))
    return ReplyRoute(
        channel=house.channel,
        account=event.page,
        address=sender,
        thread=message_id,
        handle=sender.value,
        open_until=sent_at + WINDOW if sent_at else None,
    )


def _deliveries(house: House, event: Event) -> Iterator[Message]:
    """One receipt for each message that arrived; Meta does not bring the letter's id here."""
    body = event.body.get("delivery")
    mids = body.get("mids") if isinstance(body, dict) else None
    for mid in mids if isinstance(mids, list) else []:
        receipt = Receipt(provider_id=str(mid), state="delivered", status="delivered")
        yield Message(
            channel=house.channel,
            kind="receipt",
            message_id=str(mid),
            account=event.page,
            target_id=str(mid),
            receipt=receipt,
        )


def _noise(house: House, event: Event, event_id: str, problem: str) -> Message:
    sender_id = event.text("sender", "id")
    return Message(
        channel=house.channel,
        kind="system",
        message_id=event_id,
        account=event.page,
        sender=Address(kind="account", value=sender_id) if sender_id else Address(),
        subject=event.text("postback", "title"),
        problems=[problem] if problem else [],
    )
