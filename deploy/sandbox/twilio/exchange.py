"""Every message the stand-in accepted, in both directions, and who opted out; true again after a crash."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import TypeAdapter

from deploy.sandbox.journal import Journal
from deploy.sandbox.twilio.wire import SmsMessage

OPT_OUT = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
OPT_IN = {"START", "YES", "UNSTOP"}
FINAL = {"delivered", "undelivered", "failed", "received"}
_record = TypeAdapter(SmsMessage)


class Exchange:
    """Messages by SID, oldest first. What `accept` and `update` return from is on the disk."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._messages: dict[str, SmsMessage] = {}
        self._opted_out: set[tuple[str, str]] = set()
        for entry in journal.entries():
            self._remember(_record.validate_python(entry))

    def __iter__(self) -> Iterator[SmsMessage]:
        return iter(self._messages.values())

    def get(self, sid: str) -> SmsMessage | None:
        """The message with this SID."""
        return self._messages.get(sid)

    def accept(self, message: SmsMessage) -> None:
        """Keeps a new message."""
        self._keep(message, durable=True)

    def update(self, message: SmsMessage, status: str) -> None:
        """Moves a message to its next status."""
        message.status = status
        message.updated_at = datetime.now(UTC)
        if status == "sent":
            message.sent_at = message.updated_at
        self._keep(message, durable=False)

    def unfinished(self) -> list[SmsMessage]:
        """Messages whose delivery a crash interrupted."""
        return [message for message in self if message.status not in FINAL]

    def has_opted_out(self, customer: str, number: str) -> bool:
        """Whether the customer wrote one of Twilio's stop words to our number, and no start word since."""
        return (customer, number) in self._opted_out

    def _keep(self, message: SmsMessage, durable: bool) -> None:
        self._journal.append(_record.dump_python(message, mode="json"), durable)
        self._remember(message)

    def _remember(self, message: SmsMessage) -> None:
        known = message.sid in self._messages
        self._messages[message.sid] = message
        word = message.body.strip().upper()
        if message.direction == "inbound" and not known and word in OPT_OUT:
            self._opted_out.add((message.sender, message.to))
        if message.direction == "inbound" and not known and word in OPT_IN:
            self._opted_out.discard((message.sender, message.to))


def new_sid(prefix: str) -> str:
    """A SID as Twilio's: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)
