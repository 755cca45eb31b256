"""Every topic of the house in one table: name, record, key, partitions, retention. Nowhere else is one named.

The configured prefix is put before these names at the Kafka seam, so code only ever speaks of the plain name.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from schemas import synthetic
from schemas.audit import AuditEvent
from schemas.complaint import CaseEvent, QueueEvent
from schemas.deadletter import DeadLetter
from schemas.delivery import Delivery
from schemas.insight import FeedItem, Found
from schemas.intake import Arrival
from schemas.letter import LetterDue
from schemas.media import MediaWanted
from schemas.outcome import Outcome
from schemas.wire import Wire

Role = Literal[
    "intake", "events", "queue", "outcomes", "letters", "media", "state", "insight", "dead_letter", "synthetic"
]  # fmt: skip
HORIZON = timedelta(days=400)
"""How long message identities are remembered by default."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `partitions` 0 means the deployment's number; `retention` None means for ever.

    `compact` keeps the last record of each key; with a retention it also deletes what is older.
    """

    name: str
    role: Role
    key: str
    about: str
    model: type[Wire] | None = None
    partitions: int = 0
    retention: timedelta | None = None
    compact: bool = False
    log_append_time: bool = False
    max_message_bytes: int = 1_048_576

    def configs(self) -> dict[str, str]:
        """Topic settings in Kafka's words."""
        policy = [
            word for word, on in (("compact", self.compact), ("delete", self.retention is not None)) if on
        ]
        configs = {
            "cleanup.policy": ",".join(policy) or "delete",
            "retention.ms": str(int(self.retention.total_seconds() * 1000)) if self.retention else "-1",
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": "LogAppendTime" if self.log_append_time else "CreateTime",
        }
        if self.compact:
            configs["min.cleanable.dirty.ratio"] = "0.2"
            configs["segment.ms"] = str(24 * 3600 * 1000)
        return configs


_MONTH = timedelta(days=30)

DELIVERIES = Topic(
    "intake.deliveries", "intake", "delivery id", "Raw bytes as they came; the facts are headers.",
    Delivery, retention=_MONTH, log_append_time=True,
)  # fmt: skip
MESSAGES = Topic(
    "intake.messages", "intake", "person key", "Everything one person's partition has to hear.",
    Arrival, retention=_MONTH, log_append_time=True,
)  # fmt: skip
OVERFLOW = Topic(
    "intake.overflow", "intake", "person key", "What one person or network sends beyond its share, for a slower lane.",
    Arrival, retention=_MONTH, log_append_time=True,
)  # fmt: skip
EVENTS = Topic(
    "complaints.events", "events", "person key", "The timeline of every case; the view is rebuilt from it.",
    CaseEvent,
)  # fmt: skip
OUTCOMES = Topic(
    "outcomes", "outcomes", "any", "What case systems did, written by them.", Outcome, retention=_MONTH
)
LETTERS_DUE = Topic(
    "letters.due",
    "letters",
    "recipient key",
    "Letters that triage wants written.",
    LetterDue,
    retention=_MONTH,
)
LETTERS_LEDGER = Topic(
    "letters.ledger",
    "state",
    "letter id",
    "Every letter and its state.",
    compact=True,
    max_message_bytes=2_097_152,
)
MEDIA_WANTED = Topic(
    "media.wanted",
    "media",
    "person key",
    "Media that providers keep for us, to be fetched before they expire.",
    MediaWanted,
    retention=_MONTH,
)
MEDIA_LEDGER = Topic("media.ledger", "state", "wanted id", "Media not fetched yet.", compact=True)
NORMALISE_POSITIONS = Topic(
    "normalise.positions", "state", "position", "Where normalise stands.", compact=True
)
OVERFLOW_POSITIONS = Topic("overflow.positions", "state", "position", "Where overflow stands.", compact=True)
OUTCOMES_POSITIONS = Topic("outcomes.positions", "state", "position", "Where outcomes stands.", compact=True)
TRIAGE_CASES = Topic("triage.cases", "state", "case or person", "Open cases by person.", compact=True)
TRIAGE_SEEN = Topic(
    "triage.seen",
    "state",
    "message identity",
    "Identities that were dealt with.",
    retention=HORIZON,
    compact=True,
)
POSITIONS = Topic("sources.positions", "state", "account", "Where each collector stands.", compact=True)
FINGERPRINT = Topic(
    "gateway.fingerprint", "state", "name", "The secret's fingerprint, checked at every start.",
    partitions=1, compact=True,
)  # fmt: skip
INSIGHT_FEED = Topic(
    "insight.feed", "insight", "source position", "Finished events for windows and surges.",
    FeedItem, partitions=1, retention=timedelta(days=7),
)  # fmt: skip
INSIGHT_EVENTS = Topic(
    "insight.events", "insight", "found id", "Counts and surges found.", Found, partitions=1, compact=True
)
RELATE_WINDOW = Topic(
    "relate.window", "state", "number", "The last texts, as hashed runs: in which near copies are looked for.",
    partitions=1, compact=True,
)  # fmt: skip
RELATE_CAMPAIGNS = Topic(
    "relate.campaigns", "state", "campaign", "Groups of cases of many people that say nearly the same.",
    partitions=1, compact=True,
)  # fmt: skip
INSIGHT_BUCKETS = Topic(
    "insight-buckets-changelog", "state", "bucket", "Faust's table of what is being counted.",
    partitions=1, compact=True,
)  # fmt: skip
DEAD_LETTERS = Topic(
    "dead.letters", "dead_letter", "delivery id", "What could not be read, until resolved.",
    DeadLetter, compact=True, max_message_bytes=4_194_304,
)  # fmt: skip
AUDIT = Topic(
    "audit.events", "events", "subject", "What people did by hand: to dead letters, to letters whose end was unclear.",
    AuditEvent,
)  # fmt: skip

SYNTHETIC = Topic(
    f"queue.{synthetic.QUEUE}", "synthetic", "case key", "Complaints of the house's own making; nobody answers them.",
    QueueEvent, retention=timedelta(days=1),
)  # fmt: skip

HOUSE: tuple[Topic, ...] = (
    DELIVERIES,
    MESSAGES,
    OVERFLOW,
    EVENTS,
    OUTCOMES,
    LETTERS_DUE,
    LETTERS_LEDGER,
    MEDIA_WANTED,
    MEDIA_LEDGER,
    NORMALISE_POSITIONS,
    OUTCOMES_POSITIONS,
    OVERFLOW_POSITIONS,
    TRIAGE_CASES,
    TRIAGE_SEEN,
    POSITIONS,
    FINGERPRINT,
    INSIGHT_FEED,
    INSIGHT_EVENTS,
    INSIGHT_BUCKETS,
    RELATE_WINDOW,
    RELATE_CAMPAIGNS,
    DEAD_LETTERS,
    AUDIT,
    SYNTHETIC,
)

QUEUE_RETENTION = timedelta(days=30)


def queue(name: str, retention: timedelta = QUEUE_RETENTION) -> Topic:
    """The topic of the queue with this name (from the routing rules)."""
    return Topic(f"queue.{name}", "queue", "case key", f"Cases for {name}.", QueueEvent, retention=retention)
