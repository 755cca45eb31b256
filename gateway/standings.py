"""Reads where a collector stands from the compacted topic that its owners write."""

import asyncio

from schemas import topics
from schemas.errors import Misconfigured, Unavailable
from schemas.standing import Standing
from workers.runtime.restore import restore
from workers.storage.kafka import Cluster, Consumer, KafkaError, TopicPartition, stop
from workers.storage.kafka_topics import describe_topics

READ_SECONDS = 30.0


async def read_standing(cluster: Cluster, partition: int, key: str) -> Standing | None:
    """The last record of this account, None before its first start. Raises Unavailable, Misconfigured."""
    reader = cluster.reader()
    try:
        async with asyncio.timeout(READ_SECONDS):
            await reader.start()
            value = await _last(reader, TopicPartition(cluster.topic(topics.POSITIONS.name), partition), key)
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"the positions cannot be read: {str(error) or type(error).__name__}") from error
    finally:
        await stop(reader)
    if value is None:
        return None
    try:
        return Standing.from_bytes(value)
    except ValueError as error:
        raise Misconfigured(topics.POSITIONS.name, f"the record of {key} is not one of ours") from error


async def _last(reader: Consumer, log: TopicPartition, key: str) -> bytes | None:
    """The value of the newest record with this key."""
    reader.assign([log])
    first, end = (await reader.beginning_offsets([log]))[log], (await reader.end_offsets([log]))[log]
    reader.seek(log, first)
    value: bytes | None = None
    while await reader.position(log) < end:
        for record in (await reader.getmany(log, timeout_ms=200)).get(log, ()):
            if record.key == key.encode():
                value = record.value
    return value


async def every_standing(cluster: Cluster) -> dict[str, Standing]:
    """Account key → where its collector stands, of all accounts. Raises Unavailable."""
    name = topics.POSITIONS.name
    facts = (await describe_topics(cluster, [name])).get(name)
    if facts is None:
        raise Unavailable(f"Kafka has no topic {cluster.topic(name)}; run `gateway topics apply`")
    changelogs: dict[TopicPartition, dict[bytes, bytes]] = {
        TopicPartition(cluster.topic(name), number): {} for number in range(facts.partitions)
    }
    try:
        async with asyncio.timeout(READ_SECONDS):
            await restore(cluster, changelogs, lambda: None)
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"the positions cannot be read: {str(error) or type(error).__name__}") from error
    entries = (entry for log in changelogs.values() for entry in log.items())
    return {key.decode(): Standing.from_bytes(value) for key, value in entries}
