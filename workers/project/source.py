"""What a partition of `complaints.events` is, so that the view notices when it is no longer the same one."""

import asyncio
import hashlib
from collections.abc import Collection
from typing import Any

from schemas.errors import Unavailable
from workers.project.positions import Source
from workers.storage.kafka import Cluster, KafkaError, TopicPartition, stop
from workers.storage.kafka_topics import describe_topics

_FIRST_RECORD_SECONDS = 10.0


async def describe(cluster: Cluster, partitions: Collection[TopicPartition]) -> dict[TopicPartition, Source]:
    """Cluster id, first offset and birth mark of partitions. Raises Unavailable when Kafka is away."""
    if not partitions:
        return {}
    reader = cluster.reader()
    try:
        await reader.start()
        its_id = await cluster_id(cluster)
        reader.assign(list(partitions))
        first = await reader.beginning_offsets(list(partitions))
        end = await reader.end_offsets(list(partitions))
        found = {}
        for one in partitions:
            birth = await _birth(reader, one, first[one]) if first[one] < end[one] else ""
            found[one] = Source(cluster.plain(one.topic), one.partition, its_id, birth, first[one])
        return found
    except (KafkaError, OSError) as error:
        raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error
    finally:
        await stop(reader)


async def cluster_id(cluster: Cluster) -> str:
    """The id that the cluster was given when it was made."""
    admin = cluster.admin()
    try:
        await admin.start()
        return str((await admin.describe_cluster())["cluster_id"])
    finally:
        await admin.close()


async def ends(cluster: Cluster, topic: str) -> dict[int, int]:
    """The end of each partition of a topic. Raises Unavailable when Kafka is away, or has no such topic."""
    facts = (await describe_topics(cluster, [topic])).get(topic)
    if facts is None:
        raise Unavailable(f"Kafka at {cluster.bootstrap} has no topic {cluster.topic(topic)}")
    reader = cluster.reader()
    try:
        await reader.start()
        places = [TopicPartition(cluster.topic(topic), number) for number in range(facts.partitions)]
        return {place.partition: end for place, end in (await reader.end_offsets(places)).items()}
    finally:
        await stop(reader)


def birth_mark(record: Any) -> str:
    """The hash of a partition's first record; `record` is the client's."""
    told = (
        f"{record.offset} {record.timestamp} ".encode() + (record.key or b"") + b" " + (record.value or b"")
    )
    return hashlib.sha256(told).hexdigest()[:32]


async def _birth(reader: Any, place: TopicPartition, first: int) -> str:
    reader.seek(place, first)
    try:
        async with asyncio.timeout(_FIRST_RECORD_SECONDS):
            return birth_mark(await reader.getone(place))
    except TimeoutError:
        return ""
