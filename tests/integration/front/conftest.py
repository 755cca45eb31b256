"""A real broker with the intake topic, and an intake on it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from gateway.intake import Intake
from gateway.link import Link
from gateway.sequence import DeliveryIds
from gateway.spool import Spool
from schemas import topics
from schemas.delivery import Delivery
from workers.storage.blobs import BlobStore
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import TopicFacts, create_topics


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """One broker, stopped at the end of the module."""
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as running:
        cluster = Cluster(running.bootstrap)
        topic = topics.DELIVERIES
        asyncio.run(create_topics(cluster, [TopicFacts(topic.name, 3, 1, topic.configs())]))
        yield running


@dataclass(frozen=True, slots=True)
class Taken:
    """One record of `intake.deliveries`."""

    delivery: Delivery
    raw: bytes


async def deliveries(kafka: LocalKafka) -> list[Taken]:
    """Everything on `intake.deliveries`, by partition and offset."""
    cluster = Cluster(kafka.bootstrap)
    reader = cluster.reader()
    await reader.start()
    try:
        partitions = [TopicPartition(cluster.topic(topics.DELIVERIES.name), number) for number in range(3)]
        reader.assign(partitions)
        await reader.seek_to_beginning(*partitions)
        ends = await reader.end_offsets(partitions)
        found: list[Taken] = []
        for partition, end in ends.items():
            while await reader.position(partition) < end:
                for record in (await reader.getmany(partition, timeout_ms=500)).get(partition, []):
                    found.append(Taken(Delivery.from_headers(dict(record.headers)), record.value))
        return found
    finally:
        await reader.stop()


def new_intake(kafka: LocalKafka, folder: Path, instance: str = "web0") -> Intake:
    """An intake on a folder of its own, not yet started."""
    return Intake(
        link=Link(Cluster(kafka.bootstrap), f"/gateway/{instance}"),
        ids=DeliveryIds(instance, datetime.now(UTC)),
        blobs=BlobStore(folder / "blobs"),
        spool=Spool(folder / "spool"),
    )
