"""The view made anew: read from the first event into a database beside it, which then takes its place at once.

Who reads the view meanwhile sees the old one, and after one transaction the new one; an empty or half one never. A
worker that keeps the view meanwhile finds its position moved, ends, and goes on from the new one when its supervisor
has started it again. Insight is told nothing: it heard of these events when they were first read.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import URL

from schemas import topics
from schemas.complaint import CaseEvent
from workers.project import positions, reading, source, store
from workers.project.beside import Beside
from workers.project.database import Database
from workers.project.positions import Source
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka import stop as stop_consumer

Progress = Callable[[int, int], None]
"""Records read so far, and records there are."""

_BATCH = 500
_LOOK_MS = 500


async def rebuild(cluster: Cluster, url: str | URL, progress: Progress) -> None:
    """Read every event that there is at the start, then swap. Raises Unavailable when Kafka or the database is away,
    Unsupported for events of a newer release; the old view stays then."""
    goals = await source.ends(cluster, topics.EVENTS.name)
    beside = await asyncio.to_thread(Beside, url)
    try:
        await _fill(cluster, beside.database, goals, progress)
        await asyncio.to_thread(beside.swap)
    finally:
        await asyncio.to_thread(beside.close)


async def _fill(cluster: Cluster, database: Database, goals: Mapping[int, int], progress: Progress) -> None:
    places = [TopicPartition(cluster.topic(topics.EVENTS.name), number) for number in goals]
    sources = await source.describe(cluster, places)
    at = {place.partition: await asyncio.to_thread(_begin, database, sources[place]) for place in places}

    def tell() -> None:
        progress(sum(min(at[one], goal) for one, goal in goals.items()), sum(goals.values()))

    reader = cluster.reader()
    try:
        tell()
        await reader.start()
        reader.assign(places)
        for place in places:
            reader.seek(place, at[place.partition])
        while any(at[number] < goal for number, goal in goals.items()):
            got = await reader.getmany(timeout_ms=_LOOK_MS, max_records=_BATCH)
            for place in places:
                number = place.partition
                reached = await reader.position(
                    place
                )  # behind the last record stand the marks of transactions
                if reached > at[number]:
                    batch = _batch(sources[place], at[number], reached, got.get(place, ()))
                    await asyncio.to_thread(store.apply, database, batch)
                    at[number] = reached
            tell()
    finally:
        await stop_consumer(reader)


def _begin(database: Database, its_source: Source) -> int:
    with database.engine.begin() as connection:
        return positions.begin(connection, its_source)


def _batch(its_source: Source, expected: int, after: int, records: Sequence[Any]) -> store.Batch:
    """What is no event has its dead letter since it was first read."""
    known = [(record, reading.read(record)) for record in records]
    events = [(record, event) for record, event in known if isinstance(event, CaseEvent)]
    return store.Batch(
        its_source,
        expected,
        after,
        [event for _, event in events],
        [record.value.decode() for record, _ in events],
    )
