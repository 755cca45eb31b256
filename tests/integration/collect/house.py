"""What the collector tests need of Kafka: topics under a prefix, and everything that was delivered."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.mail import CHANNEL
from channels.mail.adapter import MailSource
from gateway.collect import collect
from gateway.collector import CollectOptions
from schemas import topics
from schemas.delivery import Delivery
from tests.patience import PATIENCE
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import create_topics

PARTITIONS = 3


@dataclass(frozen=True)
class Wanted:
    """A topic to make."""

    name: str
    partitions: int = PARTITIONS
    replication: int = 1
    configs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivered:
    """One record of `intake.deliveries`."""

    delivery: Delivery
    raw: bytes


async def make_topics(cluster: Cluster) -> None:
    """Those that collectors write."""
    both = (topics.DELIVERIES, topics.POSITIONS)
    await create_topics(cluster, [Wanted(topic.name, configs=topic.configs()) for topic in both])


async def delivered(cluster: Cluster) -> list[Delivered]:
    """Everything on `intake.deliveries`, by delivery id."""
    reader = cluster.reader()
    await reader.start()
    found = []
    try:
        parts = [TopicPartition(cluster.topic(topics.DELIVERIES.name), n) for n in range(PARTITIONS)]
        reader.assign(parts)
        ends = await reader.end_offsets(parts)
        for part in parts:
            reader.seek(part, 0)
        for part in parts:
            while await reader.position(part) < ends[part]:
                for records in (await reader.getmany(part, timeout_ms=200)).values():
                    found += [
                        Delivered(Delivery.from_headers(dict(r.headers)), r.value or b"") for r in records
                    ]
    finally:
        await reader.stop()
    return sorted(found, key=lambda one: int(one.delivery.delivery_id.rpartition("-")[2]))


async def until_delivered(cluster: Cluster, count: int, seconds: float = 30) -> list[Delivered]:
    """Wait for that many records; fails with what there was."""
    deadline = time.monotonic() + seconds * PATIENCE
    while len(found := await delivered(cluster)) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} deliveries in {seconds} s"
        await asyncio.sleep(0.2)
    return found


class Collecting:
    """`collect` in the background, as the role runs it."""

    def __init__(self, cluster: Cluster, source: MailSource, blobs: BlobStore, instance: str = "one") -> None:
        self.stop = asyncio.Event()
        options = CollectOptions(instance=instance, acknowledge_seconds=5, retry_seconds=(0.2, 1))
        self.task = asyncio.create_task(collect(cluster, [(CHANNEL, source)], blobs, options, self.stop))

    async def __aenter__(self) -> "Collecting":
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        async with asyncio.timeout(20):
            await self.task
