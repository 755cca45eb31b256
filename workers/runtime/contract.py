"""What a stage says and what the runtime gives it: the whole vocabulary between the two.

A stage is pure. It gets records, time and state as data and answers with a delta; the runtime makes the
deltas of a batch durable in one transaction together with the position of the input. Effects outside
Kafka (sending a letter) hang on `Effects`, which sees only what has been committed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from schemas.errors import Nonsense, Unreadable

Headers = tuple[tuple[str, bytes], ...]
INTERNAL_OFFSET = -1
LAST_MS = 221_845_392_000_000 - 1
"""The end of the year 8999, so that days can be added without an overflow."""


@dataclass(frozen=True, slots=True)
class Record:
    """One input. `offset` is `INTERNAL_OFFSET` for what effects posted; `timestamp_ms` as the topic says."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def at(self) -> datetime:
        """The record's time. Raises Nonsense for one outside the years 1970 to 8999: microseconds, or none at all."""
        if not 0 <= self.timestamp_ms <= LAST_MS:
            raise Nonsense(f"the record's time is {self.timestamp_ms} ms since 1970, which is no time")
        return datetime.fromtimestamp(self.timestamp_ms / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Output:
    """One record to write. `topic` is the plain name, the cluster's prefix is added at the seam.

    Without `partition` the key decides (murmur2, as the Java client does). The record carries the time of
    writing: a time taken from data could lie where the broker refuses it.
    """

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


@dataclass(slots=True)
class Delta:
    """All that one record changes. `writes`: table name → key → value, None deletes the key."""

    outputs: list[Output] = field(default_factory=list)
    writes: dict[str, dict[bytes, bytes | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """State of a stage: a dict for each partition, whose only truth is the compacted changelog `topic`.

    The changelog has as many partitions as the stage's source. The first table of a stage also carries
    the position of the input, so its topic must be compacted and nothing else: a topic that also deletes
    by age would forget the position of a quiet partition.
    """

    name: str
    topic: str


class Tables(Protocol):
    """State of one partition as a stage may see it; deltas of earlier records of the batch are visible."""

    def get(self, table: str, key: bytes) -> bytes | None: ...

    def items(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        """Every entry of the table; not to be kept across a step."""
        ...


class EffectPort(Protocol):
    """How effects come back: what is posted becomes an input of the next transaction."""

    @property
    def partition(self) -> int: ...

    def post(self, record: Record) -> None:
        """Queue a record for `prepare` and `step`; from any thread. What is posted and not yet
        committed is gone after a crash: effects resume from their table."""
        ...

    async def room(self) -> None:
        """Wait until the inbox has room again. Await it before starting an effect: that is the
        back-pressure. The runtime itself reads no new input while the inbox is full."""
        ...


class Effects(Protocol):
    """Work outside Kafka for one owned partition. Every method runs in the event loop."""

    def opened(self, tables: Tables) -> None:
        """After the state is restored, before the first record: take up pending work."""
        ...

    def committed(self, deltas: Sequence[Delta]) -> None:
        """After each commit, with the deltas in the order of their records."""
        ...

    async def close(self) -> None:
        """Stop; the runtime waits a bounded time and then goes without."""
        ...


@runtime_checkable
class NamesSenders(Protocol):
    """A stage whose record keys are not people: a stranger gets as many of them as he likes."""

    def sender(self, record: Record) -> str:
        """Who sent the record as far as that is proven, empty when it is not known."""
        ...


@runtime_checkable
class HoldsConnections(Protocol):
    """A stage with connections that all its partitions share."""

    async def aclose(self) -> None:
        """Close them, once no partition is at work any more; bounded. Called by who made the stage."""
        ...


@runtime_checkable
class HasSamples(Protocol):
    """A stage that can be asked whether it still reads anything."""

    def samples(self) -> Sequence[Record]:
        """Records that it must be able to prepare, made by nobody outside."""
        ...


class Stage(Protocol):
    """One hop: what it reads, what it remembers, what it does with a record."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def tables(self) -> tuple[Table, ...]: ...

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """The costly work that needs no state, for a whole batch, in a thread: one result a record.

        A result may be an `Unreadable` (that record is dead-lettered) or another error of schemas.errors,
        which then counts as raised by `step`.
        """
        ...

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """One record, in order, in the event loop; pure.

        Raises Unreadable: the delta is dropped and `dead_letter` is written in the same transaction.
        Raises Unavailable or Unsupported: the partition pauses before this record and tries again.
        """
        ...

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """The dead letter for a record; must not raise."""
        ...

    def effects(self, port: EffectPort) -> Effects | None:
        """One for each owned partition; None for a stage without effects."""
        ...
