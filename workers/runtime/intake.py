"""What a partition takes up next: records held back by a pause, what effects posted, new input."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from channels.tasks import joined
from workers.runtime.contract import Headers, Record
from workers.runtime.inbox import Inbox
from workers.storage.kafka import Consumer, TopicPartition

POLL_SECONDS = 1.0


class Intake:
    """Joins the three sources of records. One fetch is kept running, so that a wake-up loses nothing."""

    def __init__(
        self, consumer: Consumer, source: TopicPartition, topic: str, inbox: Inbox, batch: int
    ) -> None:
        """`source` as on the cluster, `topic` the plain name the records shall carry."""
        self._consumer, self._source, self._topic = consumer, source, topic
        self._inbox, self._batch = inbox, batch
        self._held: list[Record] = []
        self._fetch: asyncio.Task[list[Record]] | None = None

    def hold(self, records: Sequence[Record]) -> None:
        """Records that must be tried again; no new input is taken before they are through."""
        self._held = list(records)

    async def next(self, stop: asyncio.Event, pause_seconds: float, wait_seconds: float) -> list[Record]:
        """The next batch; empty when there was none for `wait_seconds`, or when `stop` is set."""
        if self._held:
            await _first([stop.wait(), self._inbox.filled()], pause_seconds)
        elif not self._inbox.full:
            await _first([stop.wait(), self._inbox.filled(), self._fetched()], wait_seconds)
        return [] if stop.is_set() else self._collect(held_is_due=pause_seconds <= 0)

    async def close(self) -> None:
        """Drop the running fetch; what it had not delivered stays on the broker."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.gather(self._fetch, return_exceptions=True)

    def _collect(self, held_is_due: bool) -> list[Record]:
        records = self._inbox.take(self._batch)
        if self._held:
            if held_is_due:
                records, self._held = records + self._held, []
        elif self._fetch is not None and self._fetch.done():
            records, self._fetch = records + self._fetch.result(), None
        return records

    async def _fetched(self) -> None:
        if self._fetch is None:
            self._fetch = joined(self._getmany())
        await asyncio.wait([self._fetch])

    async def _getmany(self) -> list[Record]:
        got = await self._consumer.getmany(
            self._source, timeout_ms=int(POLL_SECONDS * 1000), max_records=self._batch
        )
        return [_record(self._topic, message) for message in got.get(self._source, ())]


def _record(topic: str, message: Any) -> Record:
    return Record(
        topic,
        message.partition,
        message.offset,
        message.timestamp,
        message.key,
        message.value,
        _headers(message.headers),
    )


def _headers(pairs: Sequence[tuple[str, bytes | None]]) -> Headers:
    """Kafka allows null as a header's value; here it is empty."""
    if any(value is None for _, value in pairs):
        return tuple((name, value or b"") for name, value in pairs)
    return tuple(pairs)  # type: ignore[arg-type]


async def _first(waits: list[Coroutine[Any, Any, object]], seconds: float) -> None:
    """Return when one of them does, or after some seconds."""
    tasks = [joined(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
