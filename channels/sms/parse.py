"""One call of Twilio's to messages: words of a person, or the status of a letter of ours. Pure.

Facts used: `query`, the query string of the webhook's address (`letter` and `key` of a status callback).
"""

from collections.abc import Mapping, Sequence

from channels import sameness
from channels.contract import Reading
from channels.notes import whole
from channels.phone import sender_address
from channels.sms import consent
from channels.sms.payload import Call, Twilio, calls, form
from channels.sms.words import beside, nothing_shown, place_of, text_of
from schemas.errors import Unreadable
from schemas.letter import LetterState
from schemas.message import Address, Flags, MediaReference, Message, Receipt, ReplyRoute

INCOMING = frozenset({"", "received", "receiving"})

STATUSES: dict[str, LetterState] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "accepted",
    "partially_delivered": "accepted",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""Twilio's status of an outbound message to the state of our letter. Any other status is a system event."""

NETWORKS: dict[str, str] = {"whatsapp": "WhatsApp", "messenger": "Messenger", "rcs": "RCS"}
"""Prefixes of addresses that reach us through Twilio but are no SMS."""


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Every message of one webhook body. Raises Unreadable for what is no call of Twilio's."""
    query = form(facts.get("query", "").encode("utf-8", "replace"))
    return [Reading(_message(call, query)) for call in calls(raw)]


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """The message's SID; a receipt also by its status. Frozen."""
    status = message.receipt.status if message.receipt else ""
    return sameness.parts(message, message.message_id, status)


def _message(call: Call, query: Mapping[str, str]) -> Message:
    fields = call.fields
    if not fields.sid:
        raise Unreadable("the field MessageSid is missing: no message and no status of Twilio's")
    return _words(call) if fields.status in INCOMING else _receipt(fields, query)


def _receipt(fields: Twilio, query: Mapping[str, str]) -> Message:
    state = STATUSES.get(fields.status)
    receipt = Receipt(
        letter=query.get("letter", ""),
        key=query.get("key", ""),
        provider_id=fields.sid,
        state=state or "accepted",
        status=fields.status,
        code=fields.error_code,
    )
    return Message(
        channel="sms",
        kind="receipt" if state else "system",
        message_id=fields.sid,
        account=fields.sender,
        target_id=fields.sid,
        receipt=receipt,
        problems=[] if state else [f"status {fields.status[:40]!r} of Twilio's is not known"],
    )


def _words(call: Call) -> Message:
    fields = call.fields
    network, sender = _network(fields)
    text, problems = text_of(fields)
    notes = beside(fields)
    asked = consent.wish(text, fields.opt_out_type)
    media = [MediaReference(url=one.url, media_type=one.kind, name=_name(one.url)) for one in call.media]
    media += place_of(fields)
    return Message(
        channel="sms",
        # a word to Twilio and us, not about anything that went wrong
        kind="system" if asked in ("opt_out", "opt_in") else "message",
        message_id=fields.sid,
        account=fields.to,
        sender=sender,
        other_addresses=_others(fields, sender),
        to=[fields.to] if fields.to else [],
        text=text,
        full_text=whole(text, notes),
        set_aside="\n".join(notes),
        media=media,
        in_reply_to=fields.replied_sid,
        flags=Flags(opt_out=asked == "opt_out", opt_in=asked == "opt_in"),
        reply=_route(fields, network, sender),
        problems=[
            *problems,
            *notes,
            *([f"came by {NETWORKS.get(network, network)} through Twilio"] if network else []),
            *([] if text or media else nothing_shown(fields)),
        ],
    )


def _network(fields: Twilio) -> tuple[str, Address]:
    """The prefix of a sender that is no telephone (`whatsapp:…`), and the sender's address without it.

    A person who hides his number may come with nothing but the id that stands for him (ExternalUserId).
    """
    prefix, colon, rest = (fields.sender or fields.to if fields.external_id else fields.sender).partition(":")
    network = prefix.lower() if colon else ""
    rest = rest if fields.sender else ""
    if network and not rest.startswith("+"):
        # accounts are case-sensitive and no short codes: keep them as the network wrote them
        account = rest or fields.external_id
        return network, Address(
            kind="account" if account else "none", value=account, name=fields.profile_name
        )
    return network, sender_address(rest if colon else fields.sender, fields.profile_name)


def _others(fields: Twilio, sender: Address) -> list[Address]:
    """The id that stands for a person who may hide his number later; Twilio vouches for both."""
    if not fields.external_id or fields.external_id == sender.value or sender.kind == "none":
        return []
    return [Address(kind="account", value=fields.external_id, name=fields.profile_name)]


def _route(fields: Twilio, network: str, sender: Address) -> ReplyRoute | None:
    """Back to the number it came from; short codes and alphanumeric senders take no answer."""
    if not sender.value or (not network and sender.kind != "phone"):
        return None
    handle = f"{network}:{sender.value}" if network else sender.value
    return ReplyRoute(channel="sms", account=fields.to, address=sender, thread=fields.sid, handle=handle)


def _name(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2][:255]
