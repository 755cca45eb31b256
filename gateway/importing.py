"""Mail from before the gateway, taken in by the same collector: durable, counted, resumed where it ended."""

import asyncio
from collections.abc import Callable

from channels.contract import Channel
from channels.mail.history import HistorySource
from channels.tasks import joined
from gateway.bootstrap import Parts
from gateway.collector import CollectOptions, Collector, CollectorStatus
from gateway.secrets import check_fingerprint
from schemas import topics
from schemas.errors import Misconfigured, Unavailable
from workers.storage.kafka_topics import describe_topics
from workers.storage.partitioner import partition_of

MOST_FAILURES = 5
"""So often in a row may Kafka not answer before the command gives up; it goes on when it is called again."""


async def import_history(
    parts: Parts, channel: Channel, source: HistorySource, progress: Callable[[int], None]
) -> int:
    """Take in all of `source`; returns how many mails were made durable now. `progress` hears that number.

    Raises Unavailable when Kafka is away for long, Misconfigured without topics or with another secret.
    """
    await check_fingerprint(parts.cluster, parts.secret)
    name = topics.POSITIONS.name
    facts = (await describe_topics(parts.cluster, [name])).get(name)
    if facts is None:
        raise Misconfigured("GATEWAY_TOPIC_PREFIX", f"Kafka has no topic {name}; run `gateway topics apply`")
    collector = Collector(parts.cluster, channel, source, parts.blobs)
    watch = _Watch(progress)
    options = CollectOptions(f"{parts.settings.own_instance}_import", status=watch.hear)
    partition = partition_of(collector.key.encode(), facts.partitions)
    running = joined(collector.run(partition, options))
    ends = [running, joined(source.done.wait()), joined(watch.failed.wait())]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in ends:
            task.cancel()
        await asyncio.wait(ends)
    if not running.cancelled():
        running.result()
    if not source.done.is_set():
        raise Unavailable(f"{watch.reason}; what is missing is taken in when you call it again")
    return watch.taken


class _Watch:
    """What the collector tells of itself."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self.failed = asyncio.Event()
        self.reason = ""
        self.taken = 0
        self._progress = progress
        self._failures = 0

    def hear(self, status: CollectorStatus) -> None:
        """Another state, or more was taken."""
        if status.taken > self.taken:
            self.taken, self._failures = status.taken, 0
            self._progress(self.taken)
        if status.state == "away":
            self.reason, self._failures = status.reason, self._failures + 1
        if self._failures >= MOST_FAILURES:
            self.failed.set()
