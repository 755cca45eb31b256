"""One account's way in: receive, make durable, write the position, confirm. In this order, whatever happens.

A crash between any two of these steps leaves the message on its server, so it is collected again; it then has
the same identity, and mostly the same delivery id. Kafka away: nothing is confirmed, the collector backs off.
"""

import asyncio
import contextlib
import hashlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

from channels.contract import Channel, Inbound, Source
from channels.tasks import joined
from gateway.flights import Flight, land, light, together
from gateway.standings import read_standing
from gateway.writer import Acknowledgement, Writer, acknowledged
from schemas import topics
from schemas.delivery import INLINE_LIMIT, BlobReference, Delivery
from schemas.errors import Misconfigured, Unavailable
from schemas.standing import Standing
from workers.storage.kafka import Cluster

LOG = logging.getLogger(__name__)
MOST_REASON = 500
MOST_ASKED_SECONDS = 3600.0


class Blobs(Protocol):
    """What a collector needs of the blob store."""

    def put(self, content: bytes) -> str:
        """Store durably; returns the SHA-256."""
        ...


@runtime_checkable
class Beginning(Protocol):
    """A source that can say where it stands before it has received anything.

    The collector writes that down first: what comes between the first start and the first message is then
    not lost when the process dies in between.
    """

    async def begin(self) -> str:
        """The position of the very first start; raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class CollectorStatus:
    """What a collector does now: `collecting`, `away` (and why), `released`. `taken` counts since its start."""

    key: str
    state: str
    reason: str = ""
    taken: int = 0
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """`instance` is the stable name of this process (static membership). Times are in seconds."""

    instance: str
    in_flight: int = 500
    acknowledge_seconds: float = 20.0
    close_seconds: float = 8.0
    retry_seconds: tuple[float, float] = (0.5, 30.0)
    session_seconds: float = 10.0
    status: Callable[[CollectorStatus], None] = lambda status: None


class Collector:
    """Runs one account for as long as this process owns it."""

    def __init__(self, cluster: Cluster, channel: Channel, source: Source, blobs: Blobs) -> None:
        self.key = account_key(channel, source)
        self._cluster = cluster
        self._channel = channel
        self._source = source
        self._blobs = blobs
        self._instance = instance_of(channel.name, source.account)
        self._status = CollectorStatus(self.key, "away", "starting")
        self._last_boot = 0

    async def run(self, partition: int, options: CollectOptions) -> None:
        """Until cancelled; then what is in flight is settled, bounded. Raises nothing else.

        Whatever a source or its provider does is told as `away` with a reason and tried again with longer pauses.
        """
        failures = 0
        while True:
            taken = self._status.taken
            try:
                await self._session(partition, options)
            except Exception as error:
                failures = 1 if self._status.taken > taken else failures + 1
                pause = _pause(failures, options.retry_seconds, error)
                reason = _reason(error)
                LOG.warning("%s: again in %.1f s: %s", self.key, pause, reason, exc_info=_untold(error))
                self._tell(options, state="away", reason=reason)
                await asyncio.sleep(pause)
            except asyncio.CancelledError:
                self._tell(options, state="released", reason="")
                raise

    async def _session(self, partition: int, options: CollectOptions) -> None:
        async with Writer(self._cluster) as writer:
            standing = await self._standing(writer, partition, options)
            self._tell(options, state="collecting", reason="")
            flights: asyncio.Queue[Flight | None] = asyncio.Queue(options.in_flight)
            receiving = joined(self._receive(writer, standing, flights, options))
            settling = joined(self._settle(writer, flights, options))
            try:
                await asyncio.wait({receiving, settling}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                receiving.cancel()
                await asyncio.wait({receiving})
                await land(flights, settling, options.close_seconds)
        for task in (settling, receiving):
            if not task.cancelled():
                task.result()
        raise Unavailable("the source ended by itself")

    async def _standing(self, writer: Writer, partition: int, options: CollectOptions) -> Standing:
        """Where the account stands; at the very first start that is written down before anything else."""
        found = await read_standing(self._cluster, partition, self.key)
        if found is not None:
            return found
        standing = Standing(boot=self._boot(), at=datetime.now(UTC))
        if isinstance(self._source, Beginning):
            standing = standing.model_copy(update={"position": await self._source.begin()})
        await self._write(writer, standing, options)
        return standing

    async def _receive(
        self,
        writer: Writer,
        standing: Standing,
        flights: asyncio.Queue[Flight | None],
        options: CollectOptions,
    ) -> None:
        again = Standing(boot=self._boot(), at=standing.at)
        received = self._source.receive(standing.position or None)
        async with contextlib.aclosing(received):  # type: ignore[type-var]
            async for collected in received:
                if collected.position != standing.position:
                    standing = _next(standing, collected.position)
                    sent = await self._send(writer, collected.inbound, standing)
                else:  # taken once more: outside the numbers, and one at a time, so that none is left out
                    again = _next(again, collected.position)
                    sent = await self._send(writer, collected.inbound, again)
                    await acknowledged([sent], options.acknowledge_seconds)
                await flights.put(Flight(sent, light(collected), standing))

    async def _settle(
        self, writer: Writer, flights: asyncio.Queue[Flight | None], options: CollectOptions
    ) -> None:
        while landed := await together(flights):
            await acknowledged([flight.sent for flight in landed], options.acknowledge_seconds)
            await self._write(writer, landed[-1].standing, options)
            await self._source.confirm([flight.collected for flight in landed])
            taken = self._status.taken + len(landed)
            self._tell(options, taken=taken, last_success=datetime.now(UTC))

    async def _send(self, writer: Writer, inbound: Inbound, standing: Standing) -> Acknowledgement:
        blob, value = None, inbound.raw
        if len(value) > INLINE_LIMIT:
            sha256 = await asyncio.to_thread(self._blobs.put, value)
            blob, value = BlobReference(sha256=sha256, bytes=len(value)), b""
        delivery = Delivery(
            delivery_id=f"{self._instance}-{standing.boot}-{standing.sequence}",
            channel=self._channel.name,
            account=inbound.account,
            media_type=inbound.media_type,
            received_at=inbound.received_at,
            facts=dict(inbound.facts),
            blob=blob,
        )
        headers = delivery.headers(f"/gateway/collect/{self._channel.name}")
        return await writer.send(topics.DELIVERIES.name, delivery.delivery_id, value, headers)

    async def _write(self, writer: Writer, standing: Standing, options: CollectOptions) -> None:
        stamped = standing.model_copy(update={"at": datetime.now(UTC)})
        sent = await writer.send(topics.POSITIONS.name, self.key, stamped.to_bytes())
        await acknowledged([sent], options.acknowledge_seconds)

    def _boot(self) -> str:
        """A name for a row of numbers that this process never gave before: the time, in milliseconds."""
        self._last_boot = max(self._last_boot + 1, int(time.time() * 1000))
        return f"{self._last_boot:x}"

    def _tell(self, options: CollectOptions, **changes: object) -> None:
        self._status = replace(self._status, **changes)  # type: ignore[arg-type]
        options.status(self._status)


def instance_of(channel: str, account: str) -> str:
    """What an account's delivery ids begin with."""
    return f"{channel}_{hashlib.sha256(account.encode()).hexdigest()[:10]}"


def account_key(channel: Channel, source: Source) -> str:
    """The account's key on `sources.positions`."""
    return f"{channel.name}:{source.account}"


def _next(standing: Standing, position: str) -> Standing:
    return standing.model_copy(update={"position": position, "sequence": standing.sequence + 1})


def _untold(error: Exception) -> Exception | None:
    """The error when nobody foresaw it: then its trace belongs in the log."""
    return None if isinstance(error, Unavailable | Misconfigured) else error


def _reason(error: Exception) -> str:
    if _untold(error) is None:
        return str(error)
    return f"something nobody foresaw, {type(error).__name__}: {error}"[:MOST_REASON]


def _pause(failures: int, bounds: tuple[float, float], error: Exception) -> float:
    """Doubling from the first to the last bound, with jitter, and never sooner than the other side asks.

    It may ask for an hour; more is taken for a mistake.
    """
    least, most = bounds
    doubled = min(most, least * 2.0 ** min(failures - 1, 20))
    asked = error.retry_after if isinstance(error, Unavailable) and error.retry_after else 0.0
    ours = doubled * (0.5 + random.random() / 2)
    return max(ours, min(asked, MOST_ASKED_SECONDS))  # in this order: not a number is less than anything
