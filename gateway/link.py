"""The producer of one intake: every start, send and stop is bounded; a doubtful one is replaced."""

import asyncio
import logging
from collections.abc import Sequence

from channels.tasks import watched
from gateway.deadlines import Deadlines
from gateway.entries import Entry
from schemas import topics
from workers.storage.kafka import Cluster, KafkaError, Producer, end

LOG = logging.getLogger(__name__)
START_SECONDS = 5.0
STOP_SECONDS = 2.0
_HEADERS_BYTES = 1024
_FLOWING_BYTES = 128 * 1024
"""Below it a batch has room, so that handing a record over cannot block and needs no timer of its own."""
_SLICE_SECONDS = 0.02
"""Deliveries that come together share a partition, so that they share a batch; their key orders nothing."""


class Link:
    """An idempotent producer (acks=all) to `intake.deliveries`, made when it is first needed."""

    def __init__(self, cluster: Cluster, source: str) -> None:
        self._cluster = cluster
        self._source = source
        self._topic = cluster.topic(topics.DELIVERIES.name)
        self._producer: Producer | None = None
        self._partitions = 1
        self._under_way = 0
        self._deadlines = Deadlines()
        self._leaving: set[asyncio.Task[None]] = set()
        self.failed = False
        """Whether the last attempt to start or to send failed."""

    async def renew(self) -> bool:
        """Have a producer whose start the broker answered; False while it is away."""
        if self._producer is not None and not self.failed:
            return True
        self._retire()
        fresh = self._cluster.producer(linger_ms=0, request_seconds=START_SECONDS)
        try:
            async with asyncio.timeout(START_SECONDS):
                await fresh.start()
                partitions = await fresh.partitions_for(self._topic)
        except (KafkaError, OSError, TimeoutError) as error:
            self.failed = True
            LOG.info("the broker is away: %s", str(error) or type(error).__name__)
            self._leave(fresh)
            return False
        except asyncio.CancelledError:
            self._leave(fresh)
            raise
        self._producer, self._partitions, self.failed = fresh, len(partitions), False
        return True

    async def send(self, entries: Sequence[Entry], seconds: float) -> list[Entry]:
        """Send in order and wait for the acknowledgements, at most so long; returns what has none."""
        producer = self._producer
        if producer is None or self.failed:
            return list(entries)
        sends: list[asyncio.Future[object]] = []
        size = sum(len(entry.raw) + _HEADERS_BYTES for entry in entries)
        self._under_way += size
        try:
            if self._under_way < _FLOWING_BYTES:
                await self._send(producer, entries, sends, seconds)
            else:
                async with asyncio.timeout(seconds):
                    await self._send(producer, entries, sends, seconds)
            return []
        except (KafkaError, TimeoutError) as error:
            LOG.warning("not acknowledged in %s s: %s", seconds, str(error) or type(error).__name__)
        finally:
            self._under_way -= size
        if producer is self._producer:
            self.failed = True
        return _unacknowledged(entries, sends)

    async def close(self) -> None:
        """Stop what there is; bounded."""
        self._deadlines.close()
        self._retire()
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def _send(
        self,
        producer: Producer,
        entries: Sequence[Entry],
        sends: list[asyncio.Future[object]],
        seconds: float,
    ) -> None:
        for entry in entries:
            sent = await self._one(producer, entry)
            self._deadlines.watch(sent, seconds)
            sends.append(sent)
        for sent in sends:
            await sent

    async def _one(self, producer: Producer, entry: Entry) -> asyncio.Future[object]:
        delivery = entry.delivery
        key, headers = delivery.delivery_id.encode(), list(delivery.headers(self._source))
        partition = int(asyncio.get_running_loop().time() / _SLICE_SECONDS) % self._partitions
        sent: asyncio.Future[object] = await producer.send(
            self._topic, entry.raw, key=key, partition=partition, headers=headers
        )
        return sent

    def _retire(self) -> None:
        if self._producer is not None:
            self._leave(self._producer)
            self._producer = None

    def _leave(self, producer: Producer) -> None:
        leaving = watched(end(producer, STOP_SECONDS), "stopping a producer")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)


def _unacknowledged(entries: Sequence[Entry], sends: Sequence[asyncio.Future[object]]) -> list[Entry]:
    """Those without an acknowledgement; nobody waits for theirs any longer (cancelling unsends nothing)."""
    for sent in sends:
        sent.cancel()
    good = [not sent.cancelled() and sent.exception() is None for sent in sends]
    good += [False] * (len(entries) - len(good))
    return [entry for entry, acknowledged in zip(entries, good, strict=True) if not acknowledged]
