"""The dead letters that wait for a person: the compacted topic as a table, without the bytes they carry."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas import topics
from schemas.deadletter import DeadLetter
from schemas.errors import Unavailable
from schemas.wire import Moment, Wire
from workers.storage.closing import let_go
from workers.storage.kafka import Cluster, Consumer, KafkaError, TopicPartition
from workers.storage.kafka_topics import describe_topics

_AT_ONCE = 500
_READABLE_SECONDS = 30.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Shelved:
    """One dead letter and its place. `letter.original` is empty here; `original_bytes` says how much it is.

    `delivery_id`, `received_at` and `identity` are found in the record where the dead letter itself has none.
    """

    letter: DeadLetter
    partition: int
    offset: int
    original_bytes: int
    delivery_id: str = ""
    received_at: datetime | None = None
    identity: str = ""


class _Said(Wire):
    """What a message that triage could not take says of itself."""

    delivery_id: str = ""
    received_at: Moment | None = None
    identity: str = ""


class Shelf:
    """`open`, then `refresh` whenever the newest is wanted. Raises KafkaError while the cluster is away."""

    def __init__(self, cluster: Cluster) -> None:
        self._topic = cluster.topic(topics.DEAD_LETTERS.name)
        self._cluster = cluster
        self._reader: Consumer = cluster.reader()
        self._places: list[TopicPartition] = []
        self.letters: dict[str, Shelved] = {}
        """By key."""

    async def open(self) -> None:
        """Connect and begin with the oldest. Raises Unavailable when the topic is missing."""
        facts = (await describe_topics(self._cluster, [topics.DEAD_LETTERS.name])).get(
            topics.DEAD_LETTERS.name
        )
        if facts is None:
            raise Unavailable(f"Kafka has no topic {self._topic}; run `gateway topics apply`")
        self._places = [TopicPartition(self._topic, number) for number in range(facts.partitions)]
        await self._reader.start()
        self._reader.assign(self._places)
        for place, first in (await self._reader.beginning_offsets(self._places)).items():
            self._reader.seek(place, first)

    async def refresh(self) -> None:
        """Read up to what is the end now."""
        ends = await self._reader.end_offsets(self._places)
        for place in self._places:
            while await self._reader.position(place) < ends[place]:
                got = await self._reader.getmany(place, timeout_ms=200, max_records=_AT_ONCE)
                for record in got.get(place, ()):
                    self._take(record)

    async def until_readable(self, written: Sequence[tuple[TopicPartition, int]]) -> None:
        """Wait until these offsets are behind the end of what is readable. Raises Unavailable when that takes long."""
        last = {place: max(offset for at, offset in written if at == place) for place, _ in written}
        try:
            async with asyncio.timeout(_READABLE_SECONDS):
                for _ in range(int(_READABLE_SECONDS / _LOOK_SECONDS)):
                    ends = await self._reader.end_offsets(last)
                    if all(end > last[place] for place, end in ends.items()):
                        return
                    await asyncio.sleep(_LOOK_SECONDS)
                raise TimeoutError
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable("it is written, but cannot be read yet; look again in a moment") from error

    async def original(self, key: str) -> DeadLetter | None:
        """The whole letter with its bytes and all that is known of it; None when none waits under this key."""
        while (shelved := self.letters.get(key)) is not None:
            place = TopicPartition(self._topic, shelved.partition)
            back = await self._reader.position(place)
            self._reader.seek(place, shelved.offset)
            record = await self._reader.getone(place)
            self._reader.seek(place, back)
            if record.offset == shelved.offset:
                letter = DeadLetter.from_bytes(record.value)
                told = {
                    "delivery_id": shelved.delivery_id,
                    "identity": letter.identity or shelved.identity,
                }
                return letter.model_copy(update=told)
            await self.refresh()  # compacted away since: something newer has this key
        return None

    async def close(self) -> None:
        """Give the connection back, bounded."""
        await let_go(self._reader.stop())

    def _take(self, record: Any) -> None:
        key = (record.key or b"").decode("utf-8", "backslashreplace")
        if record.value is None:
            self.letters.pop(key, None)
            return
        try:
            letter = DeadLetter.from_bytes(record.value)
        except ValidationError:
            return
        self.letters[key] = _shelved(letter, record)


@asynccontextmanager
async def opened(cluster: Cluster) -> AsyncIterator[Shelf]:
    """The shelf as it stands now. Raises Unavailable while Kafka is away."""
    shelf = Shelf(cluster)
    try:
        try:
            await shelf.open()
            await shelf.refresh()
        except (KafkaError, OSError) as error:
            raise Unavailable(f"Kafka at {cluster.bootstrap} does not answer: {error}") from error
        yield shelf
    finally:
        await shelf.close()


def _shelved(letter: DeadLetter, record: Any) -> Shelved:
    size = letter.blob.bytes if letter.blob else len(letter.original) * 3 // 4
    said = _Said(delivery_id=letter.delivery_id, received_at=letter.received_at)
    if not letter.delivery_id and letter.topic == topics.MESSAGES.name:
        with contextlib.suppress(ValueError):
            said = _Said.from_bytes(letter.original_bytes())
    bare = letter.model_copy(update={"original": ""})
    return Shelved(
        bare, record.partition, record.offset, size, said.delivery_id, said.received_at, said.identity
    )
