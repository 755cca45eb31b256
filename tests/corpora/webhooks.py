"""Payloads of providers: what they restate against what the channel's own parse reads."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from importlib import import_module

from channels.contract import Reading
from schemas.errors import GatewayError
from schemas.message import Message
from tests.corpora.checks import Check, settled
from tests.corpora.material import Entry, entries

CHANNELS = {
    "webhook_twilio": "sms",
    "webhook_mastodon": "mastodon",
    "webhook_bluesky": "bluesky",
    "webhook_telegram": "telegram",
    "webhook_whatsapp_cloud": "whatsapp",
    "webhook_messenger": "messenger",
    "webhook_instagram": "instagram",
    "webhook_x": "x",
}
_DOOR = frozenset({"subscription_check", "signature_invalid"})
"""What the door answers, not the parse: doors.py."""
_SILENT = frozenset({"ignored", "invalid", "account_event", "event", "notification_other", "echo"})
"""Classes in which nothing is said by a customer: a message with words out of them would open a case."""


def of(kind: str) -> Callable[[], Iterator[Check]]:
    """The scorer of one kind."""

    def checks() -> Iterator[Check]:
        read = import_module(f"channels.{CHANNELS[kind]}.parse").read
        for entry in entries(kind):
            if entry.label in _DOOR:
                continue
            try:
                yield from _entry(entry, read(entry.raw(), {}))
            except GatewayError as refusal:
                yield Check(entry, "fields", entry.label in _SILENT, "a reading", repr(refusal))

    return checks


def _entry(entry: Entry, readings: Sequence[Reading]) -> Iterator[Check]:
    messages = [reading.message for reading in readings]
    if entry.label in _SILENT and not entry.expected.get("text"):
        said = [message.text for message in messages if message.kind == "message" and message.text]
        yield Check(entry, "fields", not said, "nothing said", said)
        return
    for name, found in (_values(messages)).items():
        if name in entry.expected:
            wanted = _wanted(name, entry.expected[name])
            yield Check(entry, "fields", wanted in found or wanted == found, f"{name} {wanted}", found)
    if "texts" in entry.expected:
        texts = [settled(message.text) for message in messages]
        yield Check(
            entry, "fields", texts == [settled(text) for text in entry.expected["texts"]], "texts", texts
        )
        ids = [message.message_id for message in messages]
        yield Check(entry, "fields", ids == entry.expected["ids"], entry.expected["ids"], ids)
    for url in entry.expected.get("attachments", []):
        yield Check(entry, "fields", _media(messages, url), url, [message.media for message in messages])


def _values(messages: Sequence[Message]) -> dict[str, list[object]]:
    """Fields of the index and what was read in their place, in the index's own form."""
    senders = [message.sender for message in messages]
    accounts = [name for sender in senders for name in _names_of(sender.value)]
    handles = [message.reply.handle.lstrip("@") for message in messages if message.reply]
    return {
        "text": [settled(message.text) for message in messages],
        "text_plain_from_html": [" ".join(message.text.split()) for message in messages],
        "external_id": [name for message in messages for name in _ids_of(message)],
        "sender_urn": [*accounts, *handles],
        "sender_id": [*accounts, *handles],
        "sender_acct": [*accounts, *handles],
        "sender_handle": [*accounts, *handles],
        "sender_name": [sender.name for sender in senders],
        "timestamp": [message.sent_at for message in messages],
        "visibility": [message.reply.visibility for message in messages if message.reply],
        "media_count": [len(message.media) for message in messages],
        "status": [message.receipt.status for message in messages if message.receipt],
    }


def _names_of(value: str) -> list[str]:
    return [value, value.lstrip("+@"), value.split("@")[0], value.rpartition(":")[2]]


def _ids_of(message: Message) -> list[str]:
    known = [message.message_id, message.target_id, message.receipt.provider_id if message.receipt else ""]
    return [name for name in known if name]


def _wanted(name: str, value: object) -> object:
    if name == "timestamp":
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if name == "sender_urn":
        return str(value).partition(":")[2].partition("#")[0].lstrip("+")
    if name == "visibility":
        return "public" if value in ("public", "unlisted") else "private"
    if name == "text":
        return settled(str(value))
    return " ".join(str(value).split()) if name == "text_plain_from_html" else value


def _media(messages: Sequence[Message], url: str) -> bool:
    """The same address, or, where upstream looked it up first, a reference to some media or the place itself."""
    media = [item for message in messages for item in message.media]
    said = " ".join(message.text for message in messages)
    place = url.removeprefix("geo:").split(",") if url.startswith("geo:") else []
    return any(item.url == url or item.media_id for item in media) or bool(
        place and all(part in said for part in place)
    )
