"""Who collects what: each account belongs to one process at a time, by the partition of its position.

All processes that collect are one consumer group on `sources.positions`; the account's key decides the
partition as it does for its position, so whoever owns the partition owns the account. Should two ever collect
the same account (one was frozen and woke up), the second copies have the same identities.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence

from channels.contract import Channel, Source
from channels.tasks import joined
from gateway.collector import Blobs, CollectOptions, Collector
from gateway.writer import away
from schemas import topics
from schemas.errors import Unavailable
from workers.storage.kafka import (
    Cluster,
    Consumer,
    GroupTiming,
    KafkaError,
    RebalanceListener,
    TopicPartition,
    stop,
)
from workers.storage.partitioner import partition_of
from workers.storage.twins import refuse_a_twin

LOG = logging.getLogger(__name__)
GROUP = "collect"
START_SECONDS = 60.0
STOP_SECONDS = 5.0
LOOK_SECONDS = 1.0
_NOWHERE = -1


async def collect(
    cluster: Cluster,
    accounts: Sequence[tuple[Channel, Source]],
    blobs: Blobs,
    options: CollectOptions,
    stop: asyncio.Event,
) -> None:
    """Collect from the accounts that this process owns until `stop`; what is in flight is settled first.

    While Kafka is away everything stays on its server; it goes on when Kafka is back. The sources are closed
    at the end.
    """
    await refuse_a_twin(cluster, GROUP, options.instance, options.session_seconds)
    collectors = [Collector(cluster, channel, source, blobs) for channel, source in accounts]
    owner = _Owner(collectors, options)
    stopped = joined(stop.wait())
    try:
        while not stopped.done():
            try:
                await _member(cluster, owner, options, stopped)
            except Unavailable as error:
                LOG.warning("collectors wait: %s", error)
                await asyncio.wait({stopped}, timeout=options.retry_seconds[0])
    finally:
        stopped.cancel()
        await asyncio.gather(*(_close(source) for _, source in accounts))


class _Owner(RebalanceListener):  # type: ignore[misc]  # the client library carries no types
    """Starts and stops collectors as partitions come and go."""

    def __init__(self, collectors: Sequence[Collector], options: CollectOptions) -> None:
        self._collectors = collectors
        self._options = options
        self._running: dict[Collector, asyncio.Task[None]] = {}
        self._trouble: Exception | None = None
        self.consumer: Consumer | None = None

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Nothing is ours until it is assigned again."""
        await self.release()

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Only the ownership matters, so nothing is fetched."""
        try:
            self._take(assigned)
        except Exception as error:  # noqa: BLE001 - the client would swallow it; `check` brings it out
            self._trouble = error

    def _take(self, assigned: Collection[TopicPartition]) -> None:
        assert self.consumer is not None
        for partition in assigned:
            self.consumer.seek(partition, 0)
            self.consumer.pause(partition)
        numbers = {partition.partition for partition in assigned}
        count = len(self.consumer.partitions_for_topic(next(iter(assigned)).topic)) if assigned else 0
        for collector in self._collectors if count else ():
            number = partition_of(collector.key.encode(), count)
            if number in numbers:
                LOG.info("%s is collected here", collector.key)
                self._running[collector] = joined(collector.run(number, self._options))

    def check(self) -> None:
        """Raises what a collector ended with (it never ends by itself), or what an assignment met."""
        if self._trouble is not None:
            raise self._trouble
        for task in self._running.values():
            if task.done():
                task.result()

    async def release(self) -> None:
        """Stop all; each settles what it has in flight, bounded by its own options."""
        running, self._running = list(self._running.values()), {}
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


async def _member(
    cluster: Cluster, owner: _Owner, options: CollectOptions, stopped: asyncio.Task[bool]
) -> None:
    """Be a member of the group until `stopped`; raises Unavailable when Kafka is away."""
    timing = GroupTiming(options.instance, session_seconds=options.session_seconds)
    owner.consumer = consumer = cluster.group_consumer(GROUP, timing)
    topic = cluster.topic(topics.POSITIONS.name)
    consumer.subscribe([topic], listener=owner)
    try:
        async with asyncio.timeout(START_SECONDS):
            await consumer.start()
        nowhere = TopicPartition(topic, _NOWHERE)
        while not stopped.done():
            await consumer.getmany(nowhere, timeout_ms=0)  # brings no records, but the group's errors
            owner.check()
            await asyncio.wait({stopped}, timeout=LOOK_SECONDS)
    except (KafkaError, OSError, TimeoutError) as error:
        raise away(error) from error
    finally:
        await owner.release()
        await _leave(consumer)


async def _leave(consumer: Consumer) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await stop(consumer)
    except (KafkaError, OSError, TimeoutError) as error:
        LOG.info("the group was left without an answer: %s", str(error) or type(error).__name__)


async def _close(source: Source) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await source.aclose()
    except Exception as error:  # noqa: BLE001 - the others want to be closed too
        LOG.info("%s was left without an answer: %s", source.account, str(error) or type(error).__name__)
