"""From records to deltas: what goes wrong with one record stays with that record.

Unreadable input and faults of our own code become dead letters; what is only away, or not yet understood,
halts the batch before the record, and what came before it is still committed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schemas.errors import (
    GatewayError,
    KilledWorker,
    ParserFault,
    StageFault,
    TooLarge,
    Unavailable,
    Unreadable,
    Unsupported,
)
from workers.runtime.attempts import mark_of
from workers.runtime.contract import INTERNAL_OFFSET, Delta, NamesSenders, Record, Stage
from workers.runtime.faults import FaultWindow
from workers.runtime.options import RunOptions
from workers.runtime.preparation import as_unreadable
from workers.runtime.sizes import largest
from workers.runtime.state import PartitionState

_log = logging.getLogger(__name__)
TRUNCATED = "truncated-bytes"
"""The header that a record has in its dead letter when it was too long; the number of bytes it had."""


STOPPED_SECONDS = 60.0


class TooManyFaults(Unavailable):
    """Our own code fails for many people: the stage stops before this record, and tries it again once a minute.

    It does not end its process: other stages may run there, and nobody is helped by a worker that starts and stops.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after=STOPPED_SECONDS)


@dataclass(slots=True)
class Work:
    """What a batch comes to: the deltas of the records before `halt`, ready to commit."""

    deltas: list[Delta] = field(default_factory=list)
    dead_letters: int = 0
    next_offset: int | None = None
    halt: Unavailable | Unsupported | None = None

    def add(self, record: Record, delta: Delta) -> None:
        """The record is dealt with."""
        self.deltas.append(delta)
        if record.offset != INTERNAL_OFFSET:
            self.next_offset = record.offset + 1


class Judge:
    """Takes the records of one partition through the stage, in order, into `state`."""

    def __init__(self, stage: Stage, state: PartitionState, options: RunOptions, faults: FaultWindow) -> None:
        self._stage, self._state, self._options, self.faults = stage, state, options, faults

    def judge(self, records: Sequence[Record], prepared: Sequence[object]) -> Work:
        """Step through a prepared batch, up to what halts it."""
        work = Work()
        for record, ready in zip(records, prepared, strict=True):
            try:
                delta, dead = self._dealt_with(record, ready)
            except (Unavailable, Unsupported) as error:
                work.halt = error
                return work
            work.dead_letters += dead
            self._state.apply(delta)
            work.add(record, delta)
        return work

    def condemn(self, record: Record, error: Unreadable) -> Work:
        """The work for a record that must not be tried again: its dead letter."""
        work = Work(dead_letters=1)
        try:
            work.add(record, self._dead_letter(record, error))
        except TooManyFaults as stopped:
            return Work(halt=stopped)
        return work

    def _dealt_with(self, record: Record, ready: object) -> tuple[Delta, bool]:
        """What a record comes to, and whether that is its dead letter."""
        try:
            delta = self._step(record, ready)
        except Unreadable as error:
            return self._dead_letter(record, error), True
        self.faults.passed()
        return delta, False

    def _step(self, record: Record, ready: object) -> Delta:
        try:
            if isinstance(ready, GatewayError):
                raise ready
            delta = self._stage.step(record, ready, self._state)
            self._check(delta)
        except (Unreadable, Unavailable, Unsupported, MemoryError):
            raise
        except Exception as error:
            raise as_unreadable(error) from error
        return delta

    def _check(self, delta: Delta) -> None:
        self._state.check(delta)
        size = largest(delta)
        if size > self._options.max_record_bytes:
            raise TooLarge(f"{size} bytes to write, the limit is {self._options.max_record_bytes}")

    def _dead_letter(self, record: Record, error: Unreadable) -> Delta:
        """Raises TooManyFaults."""
        self._note(record, error)
        delta = Delta([self._stage.dead_letter(record, error)])
        limit = self._options.max_dead_letter_bytes
        if largest(delta) > limit and record.value is not None:
            header = (TRUNCATED, str(len(record.value)).encode())
            short = replace(record, value=record.value[: limit // 4], headers=(*record.headers, header))
            delta = Delta([self._stage.dead_letter(short, error)])
        return delta

    def _note(self, record: Record, error: Unreadable) -> None:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        sender = self._sender(record, error)
        if isinstance(error, StageFault) and sender:
            _log.error("%s: our own code failed on %s: %s", self._stage.name, place, error)
            if self.faults.failed(mark_of(record), sender):
                raise TooManyFaults(f"{self._stage.name} fails for many people, lastly with {error}")
        elif isinstance(error, StageFault | ParserFault | KilledWorker):
            _log.error("%s: our own code failed on %s: %s", self._stage.name, place, error)
            self.faults.failed_nameless(mark_of(record))
        else:
            _log.warning("%s: dead letter for %s: %s", self._stage.name, place, error.cause)
            self.faults.passed()

    def _sender(self, record: Record, error: Unreadable) -> object:
        """Who sent it, as far as that is proven: what was read, else the key where keys are people."""
        if isinstance(error, StageFault) and error.sender:
            return error.sender
        if isinstance(self._stage, NamesSenders):
            return self._stage.sender(record)
        return self._options.sender_of(record) or ""
