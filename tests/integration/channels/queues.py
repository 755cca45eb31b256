"""A case system that only listens: everything on every queue, committed, as it comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.complaint import QueueEvent
from workers.storage.kafka import Cluster, Consumer, TopicPartition

POLL_MS = 100


@asynccontextmanager
async def listening(cluster: Cluster, logs: list[TopicPartition]) -> AsyncIterator[list[QueueEvent]]:
    """The list grows while the block runs."""
    events: list[QueueEvent] = []
    reader = cluster.reader()
    await reader.start()
    reader.assign(logs)
    await reader.seek_to_beginning(*logs)
    task = asyncio.create_task(_listen(reader, events))
    try:
        yield events
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await reader.stop()


async def _listen(reader: Consumer, events: list[QueueEvent]) -> None:
    while True:
        for records in (await reader.getmany(timeout_ms=POLL_MS)).values():
            events += [QueueEvent.from_bytes(record.value) for record in records]
