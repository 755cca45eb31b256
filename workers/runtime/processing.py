"""A batch on its way: prepare in a thread, step in order, commit; and the slower ways when that does not do.

Two things make the partition take one record at a time: an output that cannot be written (the batch is taken
back and the culprit found), and a crash loop (each record is named in a file before it is tried).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from schemas.errors import KilledWorker, Missing, Unavailable, Unreadable, Unsupported
from workers.runtime.attempts import Attempts, mark_of
from workers.runtime.changelog import records_for
from workers.runtime.contract import Delta, HasSamples, Record, Stage
from workers.runtime.exits import Hung, bounded
from workers.runtime.group_offset import GroupOffset
from workers.runtime.judgement import Judge, TooManyFaults, Work
from workers.runtime.kitchen import Kitchen
from workers.runtime.options import RunOptions
from workers.runtime.patience import Patience
from workers.runtime.preparation import prepare_all
from workers.runtime.state import PartitionState
from workers.runtime.transaction import Transactor

_T = TypeVar("_T")
Halt = Unavailable | Unsupported


@dataclass(frozen=True, slots=True)
class Lane:
    """Where `prepare` runs: in processes that can be killed, or else in one thread, a batch at a time: stages need
    no locks."""

    executor: Executor
    free: asyncio.Lock
    kitchen: Kitchen | None = None

    async def prepare(self, stage: Stage, records: Sequence[Record], seconds: float) -> Sequence[object]:
        """`prepare_all`; raises KilledWorker for a batch that ended its process or did not end, Hung in a thread."""
        if self.kitchen is not None:
            return await self.kitchen.prepare(records)
        return await self.run(lambda: prepare_all(stage, records), seconds, "preparing a batch")

    async def run(self, call: Callable[[], _T], seconds: float, what: str) -> _T:
        """The result of `call`; Hung when it does not come back."""
        async with self.free:
            running = asyncio.get_running_loop().run_in_executor(self.executor, call)
            return await bounded(running, seconds, what, Hung)


@dataclass(frozen=True, slots=True)
class Left:
    """Records to try again later, and what they wait for."""

    records: Sequence[Record] = ()
    halt: Halt | None = None


@dataclass(frozen=True, slots=True)
class Processor:
    """Takes records of one partition to their commit; `committed` hears work, records written, seconds."""

    stage: Stage
    partition: int
    options: RunOptions
    lane: Lane
    judge: Judge
    state: PartitionState
    transactor: Transactor
    attempts: Attempts
    group: GroupOffset
    committed: Callable[[Work, int, float], None]
    patience: Patience

    async def take(self, records: Sequence[Record]) -> Left:
        """Deal with the records in order, as far as nothing is away."""
        if self.attempts.careful:
            return await self._each(records, self._carefully)
        try:
            return await self._batch(records)
        except Unreadable:
            await self._take_back()
            return await self._each(records, self._alone)

    async def tell_group(self) -> None:
        """Let the group know the position, when there was nothing to write it with."""
        reached = self.group.pending
        if reached is not None:
            await self._write([], reached, reached)

    async def _batch(self, records: Sequence[Record]) -> Left:
        began = monotonic()
        try:
            prepared = await self.lane.prepare(self.stage, records, self.options.prepare_seconds)
        except (Unavailable, Unsupported) as halt:
            return Left(records, halt)
        work = self.judge.judge(records, prepared)
        if self.judge.faults.suspicious and (stopped := await self._reads_nothing()):
            self.state.undo()
            return Left(records, stopped)
        await self._commit(work, began)
        left = records[len(work.deltas) :]
        self.patience.done(records[: len(work.deltas)])
        if isinstance(work.halt, Missing) and self.patience.is_over(left[0]):
            lost = Unreadable(f"waited {self.options.missing_seconds:g} s, and still {work.halt}")
            await self._condemn(left[0], lost)
            return Left(left[1:], None if len(left) == 1 else work.halt)
        return Left(left, work.halt)

    async def _reads_nothing(self) -> TooManyFaults | None:
        """Many records failed and nobody knows whose: is it they, or does our own code fail on everything?"""
        samples = self.stage.samples() if isinstance(self.stage, HasSamples) else ()
        if samples:
            failed = await self._first_unread(samples)
            broken = failed is not None
        else:
            failed, broken = None, self.judge.faults.hopeless
        if not broken:
            self.judge.faults.cleared()
            return None
        why = f"not even its own samples: {failed}" if failed else "nothing that comes"
        return TooManyFaults(f"{self.stage.name} reads {why}")

    async def _first_unread(self, samples: Sequence[Record]) -> Unreadable | None:
        try:
            read = await self.lane.prepare(self.stage, samples, self.options.prepare_seconds)
        except Unreadable as error:
            return error
        return next((one for one in read if isinstance(one, Unreadable)), None)

    async def _each(self, records: Sequence[Record], one: Callable[[Record], Awaitable[Halt | None]]) -> Left:
        for place, record in enumerate(records):
            if halt := await one(record):
                return Left(records[place:], halt)
        return Left()

    async def _alone(self, record: Record) -> Halt | None:
        try:
            return (await self._batch([record])).halt
        except Unreadable as error:
            await self._take_back()
            await self._condemn(record, error)
            return None

    async def _carefully(self, record: Record) -> Halt | None:
        if mark_of(record) == self.attempts.killer:
            error = KilledWorker("the worker ended each time it tried this record")
            await self._condemn(record, error)
            self.attempts.survived(record)
            return None
        self.attempts.trying(record)
        with contextlib.suppress(
            Unavailable, Unsupported, KilledWorker
        ):  # all that matters is that it came back
            prepared = await self.lane.prepare(self.stage, [record], self.options.record_seconds)
            await self.lane.run(
                lambda: self._rehearse(record, prepared), self.options.record_seconds, "trying a record"
            )
        self.attempts.survived(record)
        return await self._alone(record)

    def _rehearse(self, record: Record, prepared: Sequence[object]) -> None:
        """Run our own code on the record and take everything back."""
        try:
            self.judge.judge([record], prepared)
        finally:
            self.state.undo()

    async def _condemn(self, record: Record, error: Unreadable) -> None:
        await self._commit(self.judge.condemn(record, error), monotonic())
        self.patience.done([record])

    async def _commit(self, work: Work, began: float) -> None:
        if not work.deltas:
            return
        written = await self._write(work.deltas, work.next_offset, self.group.due(work.next_offset))
        self.state.keep()
        self.committed(work, written, monotonic() - began)

    async def _write(self, deltas: Sequence[Delta], next_offset: int | None, tell: int | None) -> int:
        told = self.group.told if tell is None else tell
        held = self.state.held()
        written = records_for(self.stage, self.partition, deltas, next_offset, told, self.group.of, held)
        await bounded(self.transactor.commit(written, tell), self.options.commit_seconds, "a transaction")
        self.group.committed(next_offset, tell)
        return len(written)

    async def _take_back(self) -> None:
        self.state.undo()
        await bounded(self.transactor.reopen(), self.options.open_seconds, "fencing")
