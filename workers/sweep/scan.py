"""Reads topics from their beginning to their end and hands on every blob that a record names."""

import time
from collections.abc import AsyncIterator, Callable, Iterable

from schemas import topics
from schemas.errors import Unavailable
from schemas.references import named_by
from workers.storage.kafka import Cluster, Consumer, TopicPartition
from workers.storage.kafka_topics import describe_topics

AT_ONCE = 5_000
STUCK_SECONDS = 60.0
Progress = Callable[[str, int, int], None]
"""What is read, how much of it is done, how much there is."""
_WITH_BODIES = frozenset({topics.DELIVERIES.name, topics.DEAD_LETTERS.name})


async def names(
    cluster: Cluster, wanted: Iterable[str], progress: Progress
) -> AsyncIterator[tuple[str, bool]]:
    """(blob, whether it may be a delivery's bytes) for each name in each record. `wanted` are plain topic names.

    Raises Unavailable when one is missing or cannot be read to its end, KafkaError when the cluster is away.
    """
    asked = list(wanted)
    facts = await describe_topics(cluster, asked)
    if missing := [name for name in asked if name not in facts]:
        raise Unavailable(f"no topic {', '.join(missing)} can be read; run `gateway topics apply`")
    reader = cluster.reader()
    try:
        await reader.start()
        for name in asked:
            places = [TopicPartition(cluster.topic(name), one) for one in range(facts[name].partitions)]
            async for record in _records(reader, name, places, progress):
                for blob in named_by(record.key, record.value, record.headers):
                    yield blob, name in _WITH_BODIES
    finally:
        await reader.stop()


async def _records(
    reader: Consumer, name: str, places: list[TopicPartition], progress: Progress
) -> AsyncIterator[Consumer]:
    reader.assign(places)
    first, ends = await reader.beginning_offsets(places), await reader.end_offsets(places)
    total = sum(ends[place] - first[place] for place in places)
    for place in places:
        reader.seek(place, first[place])
    reached, moved = dict(first), time.monotonic()
    while behind := [place for place in places if reached[place] < ends[place]]:
        got = await reader.getmany(*behind, timeout_ms=200, max_records=AT_ONCE)
        for records in got.values():
            for record in records:
                yield record
        now = {place: await reader.position(place) for place in places}
        if now != reached:
            reached, moved = now, time.monotonic()
        elif time.monotonic() - moved > STUCK_SECONDS:
            raise Unavailable(f"{name} cannot be read to its end: nothing came for {STUCK_SECONDS:.0f} s")
        progress(name, sum(min(reached[place], ends[place]) - first[place] for place in places), total)
