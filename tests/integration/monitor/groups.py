"""Consumer groups that behave in a certain way, and topics that records come into."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from tests.patience import until
from workers.monitor.watch import Look, Watch
from workers.monitor.watched import Watched
from workers.storage.kafka import Cluster, Consumer, TopicPartition
from workers.storage.kafka_topics import TopicFacts, create_topics


class NoView:
    """Nothing stands in a database here."""

    async def positions(self) -> dict[tuple[str, int], int]:
        return {}


async def make(cluster: Cluster, names: Iterable[str]) -> None:
    """Topics of one partition."""
    await create_topics(cluster, [TopicFacts(name, 1, 1) for name in names])


async def write(cluster: Cluster, counts: dict[str, int]) -> None:
    """So many records into each topic, acknowledged."""
    producer = cluster.producer()
    try:
        await producer.start()
        names = [name for name, count in counts.items() for _ in range(count)]
        await asyncio.gather(*[await producer.send(cluster.topic(name), b"record") for name in names])
    finally:
        await producer.stop()


async def write_in_transactions(cluster: Cluster, name: str, count: int) -> None:
    """Each record in a transaction of its own, so that each leaves a marker behind; returns when all can be read.

    A commit is told before its marker is written.
    """
    producer = cluster.transactional_producer(cluster.topic(f"writer.{name}"))
    try:
        await producer.start()
        for _ in range(count):
            async with producer.transaction():
                last = await producer.send_and_wait(cluster.topic(name), b"record")
    finally:
        await producer.stop()
    async with member(cluster, name) as reader:

        async def readable() -> bool:
            ends = await reader.end_offsets([place(cluster, name)])
            return bool(ends[place(cluster, name)] == last.offset + 2)

        await until(readable, 20, "the markers")


@asynccontextmanager
async def member(cluster: Cluster, name: str) -> AsyncIterator[Consumer]:
    """A consumer that commits where its test wants, in the group and topic of this name."""
    consumer = cluster.reader(group=name)
    try:
        await consumer.start()
        consumer.assign([place(cluster, name)])
        yield consumer
    finally:
        await consumer.stop()


def place(cluster: Cluster, name: str) -> TopicPartition:
    """The one partition of a topic."""
    return TopicPartition(cluster.topic(name), 0)


@asynccontextmanager
async def watching(cluster: Cluster, *names: str) -> AsyncIterator[Watch]:
    """A watch on groups that read topics of the same name."""
    watch = Watch(cluster, NoView(), [Watched(name, name) for name in names])
    try:
        await watch.open()
        yield watch
    finally:
        await watch.close()


def words(look: Look) -> dict[str, str]:
    """Verdicts by group."""
    return {stage.name: stage.verdict for stage in look.stages}
