"""Partitions come and go: what a rebalance means for this worker.

The client logs and swallows what a rebalance callback raises, and the partition would sit idle for ever; so
every error here ends the process. A lock and the closed flag keep a stop and an assignment apart. Partitions
open outside the callback: the client sends no heartbeats before it returns, and a restore that outlasted the
session would be thrown out of the group, again and again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterable

from channels.tasks import joined
from workers.runtime.churn import Churn
from workers.runtime.exits import Doubt, bounded
from workers.runtime.partition import Partition, Workshop
from workers.storage.kafka import KafkaError, RebalanceListener, TopicPartition

_log = logging.getLogger(__name__)


class Owner(RebalanceListener):  # type: ignore[misc]
    """Opens and closes the partitions that the group gives to this worker."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop
        self._live: dict[int, tuple[Partition, asyncio.Task[None]]] = {}
        self._lock = asyncio.Lock()
        self._closed = False
        self._churn = Churn(shop.options.instance)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish the running batches and let go of everything (the protocol is eager)."""
        await self._or_give_up(self._release())

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Open what was assigned; unless the worker is stopping."""
        await self._or_give_up(self._open(assigned))

    async def close(self) -> None:
        """Graceful stop: from here on nothing is opened."""
        self._closed = True
        await self._or_give_up(self._release())

    def give_up(self, error: BaseException, culprit: Partition | None = None) -> None:
        """End the process. Only a partition whose own code failed keeps the mark of an unclean end."""
        reason = f"{self._shop.stage.name}: {type(error).__name__}: {error}"
        try:
            innocent = isinstance(error, Doubt | KafkaError | OSError)
            for partition, _ in self._live.values():
                if innocent or partition is not culprit:
                    partition.absolve()
            if not innocent:
                _log.error("unexpected", exc_info=error)
        finally:
            self._shop.options.give_up(reason)

    async def _or_give_up(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the process
            self.give_up(error)

    async def _open(self, assigned: Iterable[TopicPartition]) -> None:
        async with self._lock:
            if self._closed:
                return
            self._churn.assigned()
            for tp in assigned:
                self._start(Partition(self._shop, tp.partition))

    def _start(self, partition: Partition) -> None:
        task = joined(self._live_through(partition))
        task.add_done_callback(lambda done: self._ended(partition, done))
        self._live[partition.number] = partition, task

    async def _live_through(self, partition: Partition) -> None:
        await bounded(partition.open(), self._shop.options.open_seconds, "opening a partition")
        await partition.run()

    def _ended(self, partition: Partition, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            error = task.exception()
        elif partition.stop.is_set():
            error = None
        else:
            error = Doubt(f"partition {partition.number} was cancelled, and not by us")
        if error is not None:
            self.give_up(error, partition)

    async def _release(self) -> None:
        async with self._lock:
            for partition, _ in self._live.values():
                partition.stop.set()
            options = self._shop.options
            seconds = options.prepare_seconds + options.commit_seconds + options.close_seconds
            await bounded(asyncio.gather(*map(self._finish, self._live)), seconds, "letting partitions go")
            self._live.clear()

    async def _finish(self, number: int) -> None:
        partition, task = self._live[number]
        if partition.open_for_work:
            await task
            await partition.close()
        else:
            task.cancel()
            await asyncio.wait([task])
            await partition.release()
