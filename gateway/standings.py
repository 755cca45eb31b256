"""Reads where a collector stands from the compacted topic that its owners write."""

import asyncio

from schemas import topics
from schemas.errors import Misconfigured, Unavailable
from schemas.standing import Standing
from workers.storage.kafka import Cluster, Consumer, KafkaError, TopicPartition

READ_SECONDS = 30.0


async def read_standing(cluster: Cluster, partition: int, key: str) -> Standing | None:
    """The last record of this account, None before its first start. Raises Unavailable, Misconfigured."""
    reader = cluster.reader()
    try:
        async with asyncio.timeout(READ_SECONDS):
            await reader.start()
            value = await _last(reader, TopicPartition(cluster.topic(topics.POSITIONS.name), partition), key)
    except (KafkaError, OSError, TimeoutError) as error:
        raise Unavailable(f"the positions cannot be read: {error or type(error).__name__}") from error
    finally:
        await reader.stop()
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
