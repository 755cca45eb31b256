"""A letters stage with its ledger in a dict: what the runtime does, without Kafka."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.contract import Deployment
from channels.mail import CHANNEL as MAIL
from channels.sms import CHANNEL as SMS
from schemas import cloudevents, identity
from schemas.audit import AuditEvent
from schemas.letter import (
    CONSENT,
    LETTER_DUE,
    LETTER_RECEIPT,
    LETTER_SETTLED,
    Consent,
    LetterDue,
    LetterReceipt,
    LetterSettled,
    LetterStatus,
)
from schemas.message import Address, ReplyRoute
from schemas.wire import Wire
from workers.letters import ledger, turns
from workers.letters.build import build_letters_stage
from workers.letters.ledger import Entry
from workers.letters.settings import LettersSettings
from workers.runtime.contract import Delta, Record

SECRET = b"k" * 32
REFERENCE = identity.reference(SECRET, "a message")
MAIL_ROUTE = ReplyRoute(channel="mail", address=Address(kind="mail", value="anna@example.org"))
SMS_ROUTE = ReplyRoute(channel="sms", address=Address(kind="phone", value="+4930123456"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def due(route: ReplyRoute = MAIL_ROUTE, reference: str = REFERENCE, **words: Any) -> LetterDue:
    """An acknowledgement that is due."""
    home = identity.person_key(SECRET, "mail", "anna@example.org")
    facts = {
        "letter_id": identity.letter_id(reference, "acknowledgement", route.channel),
        "kind": "acknowledgement",
        "reference": reference,
        "status_code": identity.status_code(SECRET, reference),
        "case_key": identity.case_key(SECRET, home, reference),
        "person_key": home,
        "channel": route.channel,
        "route": route,
        "language": "en",
        "received_at": NOON,
        "due_at": NOON + timedelta(hours=1),
        "respond_by": NOON + timedelta(days=56),
    }
    return LetterDue.model_validate(facts | words)


def recipient(wish: LetterDue) -> str:
    """The person key of the address a wish goes to."""
    return identity.recipient_key(SECRET, wish.route.address.kind, wish.route.address.value)


class NoReplier:
    """Stands for a way out that these tests never use."""


@dataclass
class Desk:
    """`feed` is one record through `prepare` and `step`; `now` moves only when told."""

    settings: LettersSettings = field(default_factory=LettersSettings)
    now: datetime = NOON
    entries: dict[bytes, bytes] = field(default_factory=dict)
    outputs: list[Any] = field(default_factory=list)
    last: Delta = field(default_factory=Delta)
    channels: tuple[str, ...] = ("mail", "sms")

    def __post_init__(self) -> None:
        deployment = Deployment("https://complaints.example.org", "Example & Sons", SECRET)
        repliers: Any = {name: NoReplier() for name in self.channels}
        channels: Any = {"mail": MAIL, "sms": SMS}
        self.stage = build_letters_stage(self.settings, deployment, channels, repliers, lambda: self.now)

    def get(self, table: str, key: bytes) -> bytes | None:
        return self.entries.get(key)

    def items(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        return iter(self.entries.items())

    def feed(self, record: Record) -> Delta:
        """Through the stage; raises what the stage raises."""
        prepared = self.stage.prepare([record])[0]
        self.last = delta = self.stage.step(record, prepared, self)
        for key, value in delta.writes.get(ledger.LEDGER, {}).items():
            if value is None:
                self.entries.pop(key, None)
            else:
                self.entries[key] = value
        self.outputs += delta.outputs
        return delta

    def wish(self, wish: LetterDue) -> Entry:
        """A wish of triage."""
        self.feed(outside(LETTER_DUE, wish, recipient(wish)))
        return self.entry(wish)

    def receipt(self, wish: LetterDue, state: str, **words: Any) -> Entry:
        """A provider's word on the letter of a wish."""
        facts = {"letter_id": wish.letter_id, "person_key": recipient(wish), "state": state, "at": self.now}
        self.feed(outside(LETTER_RECEIPT, LetterReceipt.model_validate(facts | words), recipient(wish)))
        return self.entry(wish)

    def consent(self, wish: LetterDue, opted_out: bool) -> None:
        """The recipient of a wish opts out of its channel, or back in."""
        word = Consent(
            person_key=recipient(wish), channel=wish.route.channel, opted_out=opted_out, at=self.now
        )
        self.feed(outside(CONSENT, word, recipient(wish)))

    def settle(self, wish: LetterDue, sent: bool) -> Entry:
        """What a person found out about the letter of a wish."""
        word = LetterSettled(
            letter_id=wish.letter_id,
            settle_id="a-decision",
            sent=sent,
            by="anna",
            reason="its log",
            at=self.now,
        )
        self.feed(outside(LETTER_SETTLED, word, recipient(wish)))
        return self.entry(wish)

    def turn(self, wish: LetterDue, turn: turns.Turn) -> Entry:
        """A word of the lanes."""
        self.feed(turns.record(turn, 0, self.now))
        return self.entry(wish)

    def claim(self, wish: LetterDue, in_doubt: bool = False) -> Entry:
        return self.turn(wish, turns.Claim(letter_id=wish.letter_id, in_doubt=in_doubt, at=self.now))

    def ended(self, wish: LetterDue, end: str, **words: Any) -> Entry:
        facts = {"letter_id": wish.letter_id, "end": end, "at": self.now}
        return self.turn(wish, turns.Ended.model_validate(facts | words))

    def entry(self, wish: LetterDue) -> Entry:
        """The letter as the ledger has it."""
        return Entry.from_bytes(self.entries[wish.letter_id.encode()])

    def told(self) -> list[str]:
        """The states that triage was told, in order."""
        return [
            LetterStatus.from_bytes(out.value).state for out in self.outputs if out.topic == "intake.messages"
        ]

    def audited(self) -> list[AuditEvent]:
        """What stands in the audit."""
        return [AuditEvent.from_bytes(out.value) for out in self.outputs if out.topic == "audit.events"]

    def passed_on(self) -> list[LetterDue]:
        """The wishes for another way."""
        return [LetterDue.from_bytes(out.value) for out in self.outputs if out.topic == "letters.due"]


def outside(kind: str, word: Wire, key: str) -> Record:
    """A record of `letters.due` as triage or normalise write it."""
    headers = cloudevents.headers(kind, "an-id", "/test", NOON)
    return Record("letters.due", 0, 7, int(NOON.timestamp() * 1000), key.encode(), word.to_bytes(), headers)
