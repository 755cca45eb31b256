"""The consumer behind the view: one batch, one database transaction, then the feed, then Kafka is told.

Three places for each partition: `next` (the database's), `fed` (the group's offset on Kafka: what insight was
given) and the consumer's own. A crash between commit and feed is mended at the next start: what lies between
`fed` and `next` is fed again without being written again.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import DatabaseError, OperationalError

from schemas import topics
from schemas.complaint import CaseEvent
from schemas.errors import Unreadable, Unsupported
from workers.project import feed, positions, reading, source, store
from workers.project.database import Database
from workers.project.outbox import Outbox, Placed
from workers.project.positions import Source
from workers.project.rule import CaseRow
from workers.storage.kafka import (
    Cluster,
    Consumer,
    GroupTiming,
    KafkaError,
    Producer,
    RebalanceListener,
    TopicPartition,
)
from workers.storage.kafka import stop as stop_consumer
from workers.storage.twins import refuse_a_twin

NAME = "project"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProjectOptions:
    """`instance` is the stable name of this slot (static membership). `ready` is called once partitions are
    owned, `progress` after each batch with topic, partition and the position reached. `linger_seconds` lets a
    batch fill: a view a little later for a fraction of the commits.
    """

    instance: str | None = None
    batch_records: int = 500
    linger_seconds: float = 0.05
    session_seconds: float = 10.0
    heartbeat_seconds: float = 1.0
    retry_seconds: tuple[float, float] = (0.5, 30.0)
    ready: Callable[[], None] = lambda: None
    progress: Callable[[str, int, int], None] = lambda topic, partition, position: None


@dataclass(frozen=True, slots=True)
class Place:
    """One owned partition: what it is, where the database stands, what insight was given."""

    source: Source
    next: int
    fed: int


async def run_project(cluster: Cluster, url: str | URL, stop: asyncio.Event, options: ProjectOptions) -> None:
    """Keep the view until `stop`.

    Raises Misconfigured when the view belongs to another cluster or topic, Unavailable when Kafka or the database is
    away at the start or the view is found to be damaged, positions.Moved when another process moved or replaced the
    view: then this one ends.
    """
    database = Database(url)
    await asyncio.to_thread(database.open)
    await refuse_a_twin(cluster, NAME, options.instance, options.session_seconds)
    timing = GroupTiming(options.instance, options.session_seconds, options.heartbeat_seconds)
    consumer, producer = cluster.group_consumer(NAME, timing), cluster.producer()
    try:
        await producer.start()
        await _Projection(cluster, database, consumer, producer, options).run(stop)
    except DatabaseError as error:
        raise database.trouble(error) from error
    finally:
        await stop_consumer(consumer)
        await producer.stop()
        database.close()


class _Projection(RebalanceListener):  # type: ignore[misc]
    def __init__(
        self,
        cluster: Cluster,
        database: Database,
        consumer: Consumer,
        producer: Producer,
        options: ProjectOptions,
    ) -> None:
        self._cluster, self._database = cluster, database
        self._consumer, self._options = consumer, options
        self._outbox = Outbox(cluster, producer)
        self._places: dict[TopicPartition, Place] = {}
        self._lock = asyncio.Lock()
        self._failure: BaseException | None = None
        self._tries = 0

    async def run(self, stop: asyncio.Event) -> None:
        topic = self._cluster.topic(topics.EVENTS.name)
        nowhere = TopicPartition(topic, -1)
        self._consumer.subscribe([topic], listener=self)
        await self._consumer.start()
        while not stop.is_set():
            # Only partitions whose place is known: the client may ask for an assigned one before it was sought.
            # Asking for one that does not exist brings no records, but the errors of the group's coordination.
            asked = tuple(self._places) or (nowhere,)
            got = await self._consumer.getmany(
                *asked, timeout_ms=300, max_records=self._options.batch_records
            )
            if self._failure is not None:
                raise self._failure
            if self._database.is_replaced:
                raise positions.Moved("the case view was removed or replaced")
            for place, records in got.items():
                await self._or_wait(place, records, stop)
            if got:
                await asyncio.sleep(self._options.linger_seconds)
            else:
                await self._pass_markers(stop)

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish the running batch and let go."""
        async with self._lock:
            self._places.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Go on where the database stands. The client swallows what a listener raises: `run` raises it."""
        try:
            async with self._lock:
                await self._open(list(assigned))
        except Exception as error:  # noqa: BLE001 - raised again by run, whatever it is
            self._failure = error

    async def _open(self, assigned: Sequence[TopicPartition]) -> None:
        for partition, its_source in (await source.describe(self._cluster, assigned)).items():
            stands = await asyncio.to_thread(self._begin, its_source)
            fed = await self._consumer.committed(partition)
            if fed is None:
                fed = stands
                await self._tell_kafka(partition, fed)
            self._places[partition] = Place(its_source, stands, fed)
            self._consumer.seek(partition, max(min(stands, fed), its_source.first))
        if assigned:
            self._options.ready()

    def _begin(self, its_source: Source) -> int:
        with self._database.engine.begin() as connection:
            return positions.begin(connection, its_source)

    async def _pass_markers(self, stop: asyncio.Event) -> None:
        """Idle: behind the last record stand the marks of its transaction. Who reads them has caught up."""
        try:
            async with self._lock:
                await self._move_all()
        except OperationalError as error:
            await self._pause(self._cluster.topic(topics.EVENTS.name), error, stop)

    async def _move_all(self) -> None:
        for partition, place in self._places.items():
            position = await self._consumer.position(partition)
            if position > place.next:
                await asyncio.to_thread(self._move, place, position)
                fed = max(place.fed, position)
                self._places[partition] = replace(place, next=position, fed=fed)
                await self._tell_kafka(partition, fed)

    def _move(self, place: Place, position: int) -> None:
        with self._database.engine.begin() as connection:
            positions.move(connection, place.source, place.next, position)

    async def _or_wait(self, partition: TopicPartition, records: Sequence[Any], stop: asyncio.Event) -> None:
        """A batch; when the database is away, or a record is newer than we are, it is taken again later."""
        try:
            async with self._lock:
                await self._take(partition, records)
                self._tries = 0
                return
        except (OperationalError, Unsupported) as error:
            if partition in self._places:
                self._consumer.seek(partition, records[0].offset)
            await self._pause(partition, error, stop)

    async def _pause(self, what: object, error: OperationalError | Unsupported, stop: asyncio.Event) -> None:
        """Say why and wait, longer each time, until `stop`."""
        first, most = self._options.retry_seconds
        wait = min(most, first * 2**self._tries) * random.uniform(0.5, 1.0)
        self._tries = min(self._tries + 1, 16)
        reason = error.orig if isinstance(error, OperationalError) else error
        _log.warning("%s: paused for %.1f s. %s", what, wait, reason)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)

    async def _take(self, partition: TopicPartition, records: Sequence[Any]) -> None:
        place = self._places.get(partition)
        if place is None or not records:
            return
        if not place.source.birth:
            place = replace(place, source=replace(place.source, birth=source.birth_mark(records[0])))
        known = [(record, reading.read(record)) for record in records]
        await self._outbox.bury((record, one) for record, one in known if isinstance(one, Unreadable))
        events = [(record, event) for record, event in known if isinstance(event, CaseEvent)]
        after = records[-1].offset + 1
        cases = await self._write(place, events, after)
        place = replace(place, next=max(place.next, after))
        self._places[partition] = place
        await self._feed(place, events, cases)
        self._places[partition] = replace(place, fed=max(place.fed, after))
        await self._tell_kafka(partition, self._places[partition].fed)
        self._options.progress(place.source.topic, place.source.partition, place.next)

    async def _write(self, place: Place, events: Sequence[Placed], after: int) -> dict[str, CaseRow]:
        if after <= place.next:
            return {}
        fresh = [(record, event) for record, event in events if record.offset >= place.next]
        batch = store.Batch(
            place.source,
            place.next,
            after,
            [event for _, event in fresh],
            [record.value.decode() for record, _ in fresh],
        )
        return await asyncio.to_thread(store.apply, self._database, batch)

    async def _feed(self, place: Place, events: Sequence[Placed], cases: dict[str, CaseRow]) -> None:
        """`cases` as they were just written; those of a batch that was written before are read again."""
        told = [
            (record, event)
            for record, event in events
            if record.offset >= place.fed and event.type in feed.COUNTED
        ]
        unknown = [event for _, event in told if event.reference not in cases]
        if unknown:
            cases = cases | await asyncio.to_thread(store.cases_of, self._database, unknown)
        if told:
            await self._outbox.feed(f"{place.source.topic}:{place.source.partition}", told, cases)

    async def _tell_kafka(self, partition: TopicPartition, offset: int) -> None:
        """The group's offset says what insight was given. Lost in a rebalance it is given again, no more."""
        try:
            await self._consumer.commit({partition: offset})
        except KafkaError as error:
            _log.warning("%s: the position was not taken by Kafka: %s", partition, error)
