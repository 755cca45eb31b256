"""The queue of the house's own complaints, read as a case system reads its queue."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from schemas import topics
from schemas.complaint import QueueEvent
from schemas.errors import Unavailable
from schemas.synthetic import nonce_in
from workers.storage.closing import let_go
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import describe_topics


@dataclass(frozen=True, slots=True)
class Queued:
    """One of ours was in the queue. `at` is when its record was written there."""

    nonce: str
    reference: str
    at: datetime


class SyntheticQueue:
    """`open`, `news` again and again, `close`. Raises KafkaError while the cluster is away."""

    def __init__(self, cluster: Cluster, secret: bytes) -> None:
        self._cluster = cluster
        self._secret = secret
        self._reader = cluster.reader()

    async def open(self, since: datetime) -> None:
        """Begin with what was written since then. Raises Unavailable when the topic is missing."""
        name = topics.SYNTHETIC.name
        facts = (await describe_topics(self._cluster, [name])).get(name)
        if facts is None:
            raise Unavailable(f"Kafka has no topic {self._cluster.topic(name)}; run `gateway topics apply`")
        places = [TopicPartition(self._cluster.topic(name), number) for number in range(facts.partitions)]
        await self._reader.start()
        self._reader.assign(places)
        found = await self._reader.offsets_for_times(dict.fromkeys(places, int(since.timestamp() * 1000)))
        ends = await self._reader.end_offsets(places)
        for place in places:
            begin = found.get(place)
            self._reader.seek(place, begin.offset if begin else ends[place])

    async def news(self) -> list[Queued]:
        """What came since the last call."""
        got = await self._reader.getmany(timeout_ms=100)
        return [one for records in got.values() for record in records for one in self._read(record)]

    async def close(self) -> None:
        """Give the connection back, bounded."""
        await let_go(self._reader.stop())

    def _read(self, record: Any) -> Iterator[Queued]:
        at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
        nonce = nonce_in(self._secret, record.value or b"", at)
        if not nonce:
            return
        try:
            event = QueueEvent.from_bytes(record.value)
        except ValidationError:
            return
        if event.type == "complaint.opened":
            yield Queued(nonce, event.reference, at)
