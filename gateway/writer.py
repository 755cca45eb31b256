"""The producer of one collector: every start, send and stop is bounded, and a doubtful one is not used again."""

import asyncio
import contextlib
import logging
from types import TracebackType
from typing import Self

from schemas.errors import Unavailable
from workers.runtime.contract import Headers
from workers.storage.kafka import Cluster, KafkaError

LOG = logging.getLogger(__name__)
START_SECONDS = 10.0
ROOM_SECONDS = 15.0
STOP_SECONDS = 2.0
Acknowledgement = asyncio.Future[object]


class Writer:
    """An idempotent producer (acks=all) as a context manager; Kafka's errors leave it as Unavailable."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._producer = cluster.producer()

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._producer.start()
        except (KafkaError, OSError, TimeoutError) as error:
            await self._stop()
            raise away(error) from error
        except asyncio.CancelledError:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def send(self, topic: str, key: str, value: bytes, headers: Headers = ()) -> Acknowledgement:
        """Hand over one record (plain topic name); the result is done when all replicas have it."""
        try:
            async with asyncio.timeout(ROOM_SECONDS):
                sent: Acknowledgement = await self._producer.send(
                    self._cluster.topic(topic), value, key=key.encode(), headers=list(headers)
                )
        except (KafkaError, TimeoutError) as error:
            raise away(error) from error
        sent.add_done_callback(_heard)
        return sent

    async def _stop(self) -> None:
        """Flush and close; without an answer in time end what would otherwise retry for ever."""
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._producer.stop()
        except (KafkaError, OSError, TimeoutError):
            sender = self._producer._sender.sender_task if self._producer._sender is not None else None
            if sender is not None:
                sender.cancel()
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._producer.client.close()


async def acknowledged(sent: list[Acknowledgement], seconds: float) -> None:
    """Wait until all are done; raises Unavailable when one failed or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*sent)
    except (KafkaError, TimeoutError) as error:
        raise away(error) from error


def away(error: Exception) -> Unavailable:
    """What Kafka's trouble means for whoever collects: leave it where it is and come back."""
    return Unavailable(f"Kafka does not take it: {error or type(error).__name__}")


def _heard(sent: Acknowledgement) -> None:
    """Marks a late failure as seen: whoever waited for it has given up already."""
    if not sent.cancelled():
        sent.exception()
