"""One owned partition: fence, restore, then batch after batch until it is told to stop.

What happens to a batch is decided in processing.py; here is the order of things around it, and what the
outside hears of them.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import Unavailable, Unsupported
from workers.runtime.attempts import Attempts
from workers.runtime.contract import Effects, Record, Stage
from workers.runtime.exits import Doubt, bounded
from workers.runtime.faults import FaultWindow
from workers.runtime.group_offset import GroupOffset
from workers.runtime.inbox import Inbox
from workers.runtime.intake import POLL_SECONDS, Intake
from workers.runtime.judgement import Judge, TooManyFaults, Work
from workers.runtime.options import Progress, RunOptions, Status
from workers.runtime.patience import Patience
from workers.runtime.pause import Pause
from workers.runtime.position import check_state, decode_position, start_from
from workers.runtime.processing import Lane, Processor
from workers.runtime.progress import ProgressFile
from workers.runtime.restore import restore
from workers.runtime.state import POSITION_KEY, PartitionState
from workers.runtime.stuck import StuckWatch
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Cluster, Consumer, TopicPartition

_log = logging.getLogger(__name__)
_SMALL = 10
"""A batch of less than this part of what it may hold is small."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all partitions of a running stage share."""

    stage: Stage
    cluster: Cluster
    options: RunOptions
    consumer: Consumer
    lane: Lane
    faults: FaultWindow
    transactor: type[Transactor] = Transactor


class Partition:
    """`open`, then `run` until `stop` is set, then `close`. An exception out of any of them means doubt."""

    def __init__(self, shop: Workshop, number: int) -> None:
        stage, cluster, options = shop.stage, shop.cluster, shop.options
        self._shop, self.number = shop, number
        self.stop = asyncio.Event()
        self._source = TopicPartition(cluster.topic(stage.source), number)
        self._state = PartitionState(stage.tables)
        self._changelogs = {
            TopicPartition(cluster.topic(table.topic), number): self._state.entries(table.name)
            for table in stage.tables
        }
        self._attempts = Attempts(options.work_dir, stage.name, number)
        self._inbox = Inbox(number, options.inbox_records)
        self._intake = Intake(shop.consumer, self._source, stage.source, self._inbox, options.batch_records)
        self._pause = Pause(options.retry_seconds)
        self._progress = ProgressFile(options.work_dir, stage.name, number)
        self._transactor = shop.transactor(cluster, cluster.topic(stage.name), self._source, options)
        self._effects: Effects | None = None
        self._next_offset = 0
        self._group = GroupOffset(options.tell_seconds if stage.tables else 0.0)
        self.open_for_work = False
        judge = Judge(stage, self._state, options, shop.faults)
        self._processor = Processor(
            stage,
            number,
            options,
            shop.lane,
            judge,
            self._state,
            self._transactor,
            self._attempts,
            self._group,
            self._committed,
            Patience(options.missing_seconds, self._waiting(options)),
        )

    async def open(self) -> None:
        """Fence, restore, find the start, resume effects: in this order, or records are lost or doubled."""
        self._report("opening")
        await self._transactor.open()
        fresh = await restore(self._shop.cluster, self._changelogs, self._progress.alive)
        self._next_offset = await self._start(fresh)
        self._shop.consumer.seek(self._source, self._next_offset)
        self._attempts.begin(self._next_offset, self._shop.options.batch_records)
        self._effects = self._shop.stage.effects(self._inbox)
        if self._effects is not None:
            self._effects.opened(self._state)
        self.open_for_work = True
        self._report("careful" if self._attempts.careful else "running")

    async def run(self) -> None:
        """Until `stop`."""
        watch = StuckWatch(self._shop.consumer, self._source, self._shop.options.stuck_seconds)
        while not self.stop.is_set():
            rest = self._shop.options.tell_seconds if self._group.pending is not None else POLL_SECONDS
            records = await self._intake.next(self.stop, self._pause.remaining, rest)
            self._progress.alive()
            if records:
                watch.moved()
                await self._take(records)
                await self._breathe(len(records))
                continue
            await self._processor.tell_group()
            if not self._pause.active:
                await watch.look()

    async def close(self) -> None:
        """After `run`: let effects end, commit what they still posted, release the producer."""
        await self._intake.close()
        if self._effects is not None:
            await bounded(self._effects.close(), self._shop.options.close_seconds, "closing the effects")
            await asyncio.sleep(0)
            if posted := self._inbox.take(self._shop.options.inbox_records):
                await self._processor.take(posted)
        await self._processor.tell_group()
        await self.release()
        self._report("closed")

    async def release(self) -> None:
        """Give the producer back and mark the end as one on purpose."""
        self.absolve()
        await self._transactor.close()

    def absolve(self) -> None:
        """The worker ends, and no record of this partition is the reason."""
        self._attempts.end()

    def _waiting(self, options: RunOptions) -> Path | None:
        name = f"{self._shop.stage.name}-{self.number}.waiting.json"
        return None if options.work_dir is None else options.work_dir / name

    async def _start(self, fresh: frozenset[TopicPartition]) -> int:
        consumer, stage = self._shop.consumer, self._shop.stage
        first = (await consumer.beginning_offsets([self._source]))[self._source]
        committed = await consumer.committed(self._source)
        recorded = None
        if stage.tables:
            entries = self._state.entries(stage.tables[0].name)
            recorded = decode_position(stage.source, entries.pop(POSITION_KEY, None))
        self._group.of = len(consumer.partitions_for_topic(self._source.topic) or ()) or None
        if stage.tables and self._group.of:
            named = {self._shop.cluster.topic(table.topic): table.name for table in stage.tables}
            untouched = [named[log.topic] for log in fresh]
            check_state(stage.name, self.number, committed, recorded, self._group.of, untouched)
            self._state.once_held(recorded.tables if recorded else ())
        start = start_from(first, committed, recorded)
        self._group.begin(start.offset if recorded else committed, committed)
        if start.remark:
            _log.log(logging.ERROR if start.lost else logging.WARNING, "%s: %s", self._source, start.remark)
            self._report("opening", start.remark)
        end = (await consumer.end_offsets([self._source]))[self._source]
        if start.offset > end:
            raise Doubt(
                f"{self._source}: position {start.offset} is past the end {end}; was the topic made anew?"
            )
        return start.offset

    async def _take(self, records: list[Record]) -> None:
        left = await self._processor.take(records)
        self._intake.hold(left.records)
        if left.halt is not None:
            self._rest(left.halt)
        elif self._pause.active:
            self._pause.end()
            self._report("running")

    async def _breathe(self, taken: int) -> None:
        """Keep to the quota; without one let the next batch fill, when this one was small."""
        options = self._shop.options
        if options.most_per_second:
            await self._idle(taken / options.most_per_second)
        elif taken * _SMALL < options.batch_records and not self._pause.active:
            await self._idle(options.rest_seconds)

    async def _idle(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)

    def _rest(self, halt: Unavailable | Unsupported) -> None:
        seconds = self._pause.begin(halt)
        reason = f"{type(halt).__name__}: {halt}"
        state = "stopped" if isinstance(halt, TooManyFaults) else "paused"
        _log.warning("%s: %s for %.1f s. %s", self._source, state, seconds, reason)
        self._report(state, reason)

    def _committed(self, work: Work, written: int, seconds: float) -> None:
        if work.next_offset is not None:
            self._next_offset = work.next_offset
        if self._effects is not None:
            self._effects.committed(work.deltas)
        self._progress.committed(self._next_offset)
        progress = Progress(
            self._shop.stage.name,
            self.number,
            self._next_offset,
            len(work.deltas),
            written,
            work.dead_letters,
            seconds,
        )
        self._shop.options.observe(progress)

    def _report(self, state: str, reason: str = "") -> None:
        self._progress.state(state, reason)
        self._shop.options.status(Status(self._shop.stage.name, self.number, state, reason))
