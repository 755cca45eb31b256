"""The producer of one collector: every start, send and stop is bounded, and a doubtful one is not used again."""

import asyncio
from types import TracebackType
from typing import Self

from schemas.errors import Unavailable
from workers.runtime.contract import Headers
from workers.storage.kafka import Cluster, KafkaError, end

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
            await end(self._producer, STOP_SECONDS)
            raise away(error) from error
        except asyncio.CancelledError:
            await end(self._producer, STOP_SECONDS)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._producer, STOP_SECONDS)

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


async def acknowledged(sent: list[Acknowledgement], seconds: float) -> None:
    """Wait until all are done; raises Unavailable when one failed or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.gather(*sent)
    except (KafkaError, TimeoutError) as error:
        raise away(error) from error


def away(error: Exception) -> Unavailable:
    """What Kafka's trouble means for whoever collects: leave it where it is and come back."""
    return Unavailable(f"Kafka does not take it: {str(error) or type(error).__name__}")


def _heard(sent: Acknowledgement) -> None:
    """Marks a late failure as seen: whoever waited for it has given up already."""
    if not sent.cancelled():
        sent.exception()
