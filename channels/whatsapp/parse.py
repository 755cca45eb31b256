"""One webhook body of WhatsApp's to its messages: a batch may hold several, and the same one twice. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from channels import sameness
from channels.contract import Reading
from channels.lenient import Json, at
from channels.moments import moment
from channels.notes import whole
from channels.whatsapp.payload import Change, changes
from channels.whatsapp.words import beside, flow_answers, media_of, problems_of, text_of
from schemas.errors import Unreadable
from schemas.letter import LetterState
from schemas.message import Address, Attachment, Flags, Message, Receipt, ReplyRoute
from schemas.names import MessageKind

KINDS: dict[str, MessageKind] = {
    # what carries a person's words
    "text": "message",
    "button": "message",
    "interactive": "message",
    "image": "message",
    "video": "message",
    "audio": "message",
    "voice": "message",
    "document": "message",
    "sticker": "message",
    "location": "message",
    "contacts": "message",
    "order": "message",
    "unsupported": "message",
    # what changes them
    "edit": "edit",
    "revoke": "delete",
    "reaction": "reaction",
    # noise
    "system": "system",
    "request_welcome": "system",
}
"""Message types to our kinds; a type that is not listed is taken for a message that we cannot read."""

STATUSES: dict[str, LetterState] = {
    "sent": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "played": "delivered",
    "failed": "failed",
}
"""Statuses of a letter of ours; any other one is a system event."""

WINDOW = timedelta(hours=24)
"""How long after a person's message we may answer in our own words."""


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Every message, status and event of one body, each once. Raises Unreadable."""
    found: dict[tuple[bytes, ...], Reading] = {}
    refused = ""
    for place, change in enumerate(changes(raw)):
        for reading in _readings(change, place, raw):
            if isinstance(reading, str):
                refused = reading
            else:
                found.setdefault(identity_parts(raw, reading.message, facts), reading)
    if refused and not found:
        raise Unreadable(refused)
    return list(found.values())


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Our number and the message's id (`wamid…`); a receipt also by its status. Frozen."""
    return sameness.parts(message, message.message_id, message.receipt.status if message.receipt else "")


def _readings(change: Change, place: int, raw: bytes) -> Iterator[Reading | str]:
    value = change.value
    for message in value.messages:
        yield _said(change, message)
    for status in value.statuses:
        yield Reading(_status(change, status))
    for echo in value.message_echoes:
        yield Reading(_event(change, at(echo, "id"), "written by our own staff in the app"))
    if not (value.messages or value.statuses or value.message_echoes):
        # no id of its own: the body and the place in it
        yield Reading(_event(change, f"{change.field}.{sha256(raw).hexdigest()[:32]}.{place}", ""))


def _said(change: Change, message: Json) -> Reading | str:
    """A person's message; a text when its sender cannot be one."""
    sender, others = _people(change, message)
    if sender is None or not at(message, "id"):
        return f"no WhatsApp id can be {at(message, 'from')[:40]!r}"
    kind = _kind(message)
    answers = flow_answers(message)
    said = _edited(message) if kind == "edit" else message
    text, notes = text_of(said), beside(message)
    grouped = ["written in a group"] if message.get("group_id") else []
    result = Message(
        channel="whatsapp",
        kind="system" if grouped else kind,
        message_id=at(message, "id"),
        account=change.value.metadata.phone_number_id,
        sender=sender,
        other_addresses=others,
        to=[number] if (number := change.value.metadata.display_phone_number) else [],
        sent_at=moment(at(message, "timestamp")),
        text=text,
        full_text=whole(text, notes),
        set_aside="\n".join(notes),
        media=media_of(said),
        attachments=[_answers(answers)] if answers else [],
        in_reply_to=at(message, "context", "id"),
        target_id=_target(message, kind),
        flags=Flags(edited=kind == "edit", deleted=kind == "delete"),
        reply=_route(change, message, sender),
        problems=problems_of(message) + notes + grouped,
    )
    return Reading(result, (answers,) if answers else ())


def _edited(message: Json) -> Json:
    """What an edited message says now."""
    edit = message.get("edit")
    inside = edit.get("message") if isinstance(edit, dict) else None
    return inside if isinstance(inside, dict) else {}


def _kind(message: Json) -> MessageKind:
    if at(message, "interactive", "type") == "call_permission_reply":
        return "system"
    return KINDS.get(at(message, "type"), "message")


def _target(message: Json, kind: MessageKind) -> str:
    if kind == "reaction":
        return at(message, "reaction", "message_id")
    return at(message, at(message, "type"), "original_message_id") if kind in ("edit", "delete") else ""


def _people(change: Change, message: Json) -> tuple[Address | None, list[Address]]:
    """Who wrote: his number, else the id that stands for him here (`US.…`); and the other of the two.

    Meta vouches for both, so that what he writes later under the id alone is known to be his.
    """
    number = at(message, "from").removeprefix("+")
    account = at(message, "from_user_id") or at(message, "from_parent_user_id")
    name = change.value.name_of(number, at(message, "from_user_id"), at(message, "from_parent_user_id"))
    hidden = Address(kind="account", value=account, name=name)
    if number.isascii() and number.isdigit():
        return Address(kind="phone", value=f"+{number}", name=name), [hidden] if account else []
    if not account and "." in number:
        hidden = hidden.model_copy(update={"value": number})
    if hidden.value:
        return hidden, []
    # nobody is named: a complaint all the same, which cannot be answered
    return (None, []) if number else (Address(name=name), [])


def _route(change: Change, message: Json, sender: Address) -> ReplyRoute | None:
    if sender.kind == "none":
        return None
    sent_at = moment(at(message, "timestamp"))
    return ReplyRoute(
        channel="whatsapp",
        account=change.value.metadata.phone_number_id,
        address=sender,
        thread=at(message, "id"),
        handle=at(message, "from") or sender.value,
        open_until=sent_at + WINDOW if sent_at else None,
    )


def _answers(answers: bytes) -> Attachment:
    digest = sha256(answers).hexdigest()
    return Attachment(name="answers.json", media_type="application/json", bytes=len(answers), sha256=digest)


def _status(change: Change, status: Json) -> Message:
    state = STATUSES.get(at(status, "status"))
    letter, _, key = at(status, "biz_opaque_callback_data").partition(".")
    errors = status.get("errors")
    receipt = Receipt(
        letter=letter if key else "",
        key=key,
        provider_id=at(status, "id"),
        state=state or "accepted",
        status=at(status, "status"),
        code=at(errors[0], "code") if isinstance(errors, list) and errors else "",
    )
    return Message(
        channel="whatsapp",
        kind="receipt" if state else "system",
        message_id=at(status, "id"),
        account=change.value.metadata.phone_number_id,
        sent_at=moment(at(status, "timestamp")),
        target_id=at(status, "id"),
        receipt=receipt,
    )


def _event(change: Change, event_id: str, problem: str) -> Message:
    account = change.value.metadata.phone_number_id or change.account
    return Message(
        channel="whatsapp",
        kind="system",
        message_id=event_id,
        account=account,
        subject=change.field,
        problems=[problem] if problem else [],
    )
