"""What the view writes to Kafka after or beside its commits: insight's feed and dead letters, each awaited."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas import topics
from schemas.complaint import CaseEvent
from schemas.errors import Unavailable, Unreadable
from workers.project import feed, reading
from workers.project.rule import CaseRow
from workers.runtime.contract import Output
from workers.runtime.exits import bounded
from workers.storage.kafka import Cluster, Producer

_SECONDS = 30.0

Placed = tuple[Any, CaseEvent]
"""A record of the client and the event in it."""


class Outbox:
    """Writes without transactions: keys are source positions, so that twice is once for whoever compacts."""

    def __init__(self, cluster: Cluster, producer: Producer) -> None:
        self._cluster = cluster
        self._producer = producer

    async def feed(self, origin: str, events: Sequence[Placed], cases: Mapping[str, CaseRow]) -> None:
        """Give events of `origin` (`topic:partition`) to insight. Raises KafkaError, Unavailable."""
        items = [
            (record.offset, item)
            for record, event in events
            if (item := feed.item(event, cases.get(event.reference), origin, record.offset)) is not None
        ]
        await self._send(
            Output(
                topics.INSIGHT_FEED.name, f"{origin}:{offset}".encode(), item.to_bytes(), feed.headers(item)
            )
            for offset, item in items
        )

    async def bury(self, records: Iterable[tuple[Any, Unreadable]]) -> None:
        """Lay down what is no event. Raises KafkaError, Unavailable."""
        await self._send(reading.dead_letter(record, error) for record, error in records)

    async def _send(self, outputs: Iterable[Output]) -> None:
        await bounded(self._sent(outputs), _SECONDS, "writing to Kafka", Unavailable)

    async def _sent(self, outputs: Iterable[Output]) -> None:
        sent = [
            await self._producer.send(
                self._cluster.topic(output.topic), output.value, key=output.key, headers=list(output.headers)
            )
            for output in outputs
        ]
        await asyncio.gather(*sent)
