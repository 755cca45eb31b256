"""A triage stage on plain dicts: what it wrote, by topic, after each record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from classifiers.contract import Text
from schemas import cloudevents, identity
from schemas.assessment import Assessment, Safety
from schemas.complaint import CaseEvent, QueueEvent
from schemas.intake import ARRIVAL, Arrival
from schemas.letter import LetterDue
from schemas.message import Address, Message, ReplyRoute
from schemas.wire import Wire
from workers.runtime.contract import Record
from workers.triage.cases import House
from workers.triage.route.rules import load
from workers.triage.stage import Triage

SECRET = b"a secret of thirty-two characters"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class WordClassifier:
    """Decides by single words, so that a test says in its text what it wants."""

    pack = "words"

    def assess(self, texts: Iterable[Text]) -> list[Assessment]:
        return [self._one(text.text.lower()) for text in texts]

    def _one(self, text: str) -> Assessment:
        kind = next(
            (word for word in ("spam", "praise", "enquiry", "automatic") if word in text), "complaint"
        )
        danger = "gas leak" in text
        return Assessment.model_validate(
            {
                "kind": kind,
                "category": "invoice" if "invoice" in text else "other",
                "confidence": 0.9,
                "abstained": False,
                "priority": "urgent" if danger else "normal",
                "severity": "low",
                "safety": Safety(hit=danger),
                "language": "en",
            }
        )


class DictTables:
    """State as the runtime keeps it, without the runtime."""

    def __init__(self) -> None:
        self.data: dict[str, dict[bytes, bytes]] = {}

    def get(self, table: str, key: bytes) -> bytes | None:
        return self.data.get(table, {}).get(key)

    def items(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        yield from self.data.get(table, {}).items()

    def take(self, writes: dict[str, dict[bytes, bytes | None]]) -> None:
        for table, changes in writes.items():
            for key, value in changes.items():
                if value is None:
                    self.data.setdefault(table, {}).pop(key, None)
                else:
                    self.data.setdefault(table, {})[key] = value


@dataclass
class Desk:
    """Feeds records to the stage and reads what came of them."""

    tables: DictTables = field(default_factory=DictTables)
    stage: Triage = field(default_factory=lambda: Triage(WordClassifier(), House(load(), SECRET)))
    now: datetime = START
    offset: int = 0

    def say(self, message: Message, message_id: str = "", **words: object) -> "Came":
        """One message arrives, a minute after the last."""
        its = identity.message_identity(message.channel, [(message_id or message.text).encode()])
        arrival = Arrival.model_validate(
            {
                "identity": its,
                "delivery_id": f"test-1-{self.offset}",
                "channel": message.channel,
                "person_key": identity.person_key(SECRET, "mail", message.sender.value),
                "reference": identity.reference(SECRET, its),
                "logged_at": self.now,
                "received_at": self.now,
                "raw_sha256": "0" * 64,
                "raw_bytes": 1,
                "message": message,
                **words,
            }
        )
        return self.feed(ARRIVAL, arrival)

    def feed(self, kind: str, word: Wire) -> "Came":
        """One record of any kind."""
        headers = cloudevents.headers(kind, "id", "/test", self.now)
        stamp = int(self.now.timestamp() * 1000)
        record = Record("intake.messages", 0, self.offset, stamp, b"key", word.to_bytes(), headers)
        (prepared,) = self.stage.prepare([record])
        delta = self.stage.step(record, prepared, self.tables)
        self.tables.take(delta.writes)
        self.offset += 1
        self.now += timedelta(minutes=1)
        return Came([(output.topic, output.value or b"") for output in delta.outputs])


@dataclass(frozen=True)
class Came:
    """What one record caused."""

    outputs: list[tuple[str, bytes]]

    @property
    def events(self) -> list[CaseEvent]:
        return [CaseEvent.from_bytes(value) for topic, value in self.outputs if topic == "complaints.events"]

    @property
    def queued(self) -> list[QueueEvent]:
        return [QueueEvent.from_bytes(value) for topic, value in self.outputs if topic.startswith("queue.")]

    @property
    def letters(self) -> list[LetterDue]:
        return [LetterDue.from_bytes(value) for topic, value in self.outputs if topic == "letters.due"]


def mail(text: str, sender: str = "anna@example.org", **words: Any) -> Message:
    """A mail that can be answered."""
    address = Address(kind="mail", value=sender)
    reply = ReplyRoute(channel="mail", address=address)
    return Message.model_validate(
        {"channel": "mail", "sender": address, "text": text, "reply": reply, **words}
    )
