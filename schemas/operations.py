"""How the house is doing, in one picture: what the live page shows and what `monitor` measures."""

from typing import Literal

from pydantic import Field

from schemas.names import ChannelName
from schemas.wire import Moment, Wire

Verdict = Literal["OK", "WARN", "STALL", "STOP", "REWIND", "UNKNOWN"]
"""Burrow's words for a group on a partition; UNKNOWN until there is enough to judge by."""


class PartitionState(Wire):
    """One partition as its group stands in it.

    `committed` is None before the first commit. `lag_records` counts records, never transaction markers; it is
    an estimate when `exact` is false. `lost` records went to retention before anybody read them.
    """

    partition: int
    first: int = 0
    committed: int | None = None
    end: int = 0
    lag_records: int = 0
    exact: bool = True
    lag_seconds: float | None = None
    lost: int = 0
    verdict: Verdict = "UNKNOWN"


class StageState(Wire):
    """One stage. Lag in seconds is the age of its oldest record not yet processed; None when it has none.

    `members` is how many processes its consumer group has, None when that is not known. `restarts` is how many of
    them were started again in the last ten minutes; `restless` says that these are more than an upgrade explains.
    """

    name: str
    group: str = ""
    topic: str = ""
    members: int | None = None
    restarts: int = 0
    restless: bool = False
    records_per_second: float = 0.0
    lag_records: int = 0
    lag_seconds: float | None = None
    verdict: Verdict = "UNKNOWN"
    partitions: list[PartitionState] = Field(default_factory=list)


class SyntheticState(Wire):
    """How the house's own complaints fare on one channel: the last that was answered, and who is still out.

    Seconds count from just before it was sent: to its record in the queue, to the moment its letter was handed over.
    `unanswered_seconds` is how long the first that has no answer has been out; 0 when none is.
    """

    channel: ChannelName
    answered_at: Moment | None = None
    queue_seconds: float | None = None
    round_trip_seconds: float | None = None
    unanswered_seconds: float = 0.0


class DriftState(Wire):
    """What the pack says of late on one channel, as shares of the newest complaints; `moved` says what has drifted.

    `confidence` is the mean, `unknown` the mean share of a text's words that the model had never met.
    """

    pack: str
    channel: ChannelName
    texts: int
    abstained: float
    confidence: float
    unknown: float
    labels: dict[str, int] = Field(default_factory=dict)
    moved: list[str] = Field(default_factory=list)


class SourceState(Wire):
    """One account that is collected from. `away` waits with a `reason`; `collecting` may have one too (a notice).

    `looked_at`: the last time that its provider answered wholly. `overdue_seconds`: how long the next such look has
    been due, 0 while it is not. `uncollected`: what lies there and was not taken, None where nobody can count it.
    """

    channel: ChannelName
    account: str
    state: Literal["collecting", "away"]
    reason: str = ""
    taken: int = 0
    since: Moment
    looked_at: Moment | None = None
    every_seconds: float = 60.0
    overdue_seconds: float = 0.0
    uncollected: int | None = None


class Collecting(Wire):
    """What one process that collects says of its accounts, every few seconds, in a file of its own."""

    at: Moment
    sources: list[SourceState] = Field(default_factory=list)


class StoppedStage(Wire):
    """A partition of a stage that stopped itself, since our own code failed for many people; `reason` says on what."""

    stage: str
    partition: int
    reason: str = ""


class Operations(Wire):
    """The whole picture. `longest_waiting_seconds` is the complainant who waits longest for an answer.

    `longest_waiting_where`: letters (there is a case, but no letter left), spool, a stage, or dead letters.
    `waiting` counts cases without an acknowledgement and what has not yet become one. `unclear_letters` may have left
    or not, and wait for a person.
    """

    at: Moment
    longest_waiting_seconds: float | None = None
    longest_waiting_reference: str = ""
    longest_waiting_where: str = ""
    waiting: int = 0
    dead_letters: int = 0
    spooled: int = 0
    received_today: int = 0
    acknowledged_today: int = 0
    unclear_letters: int = 0
    stages: list[StageState] = Field(default_factory=list)
    sources: list[SourceState] = Field(default_factory=list)
    synthetic: list[SyntheticState] = Field(default_factory=list)
    drift: list[DriftState] = Field(default_factory=list)
    stopped: list[StoppedStage] = Field(default_factory=list)
    free_bytes: dict[str, int] = Field(default_factory=dict)
    """Free disk by place: data, blobs, and kafka where the house runs one of its own."""
    notes: list[str] = Field(default_factory=list)
    """Sentences for a person: what is away, what stands still."""
