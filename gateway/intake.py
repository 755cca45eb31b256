"""The one way in: a delivery gets its id, becomes durable (broker, else spool), and only then is confirmed.

A send that is not acknowledged within the bound is spooled, although the producer may still deliver it: the
second copy has the same delivery id and identity, so it is dropped and counted once downstream. After a
failure the breaker is open: everything goes straight to the spool until the broker is back and the spool
is empty, so that the order of this instance holds.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from channels.contract import Inbound
from channels.tasks import watched
from gateway.entries import Entry
from gateway.link import Link
from gateway.sequence import DeliveryIds
from gateway.spool import RETRY_AFTER_SECONDS, Spool
from schemas.delivery import INLINE_LIMIT, BlobReference, Delivery
from schemas.errors import Unavailable
from schemas.names import ChannelName

LOG = logging.getLogger(__name__)
SEND_SECONDS = 1.0
DRAIN_BATCH = 500
DRAIN_SECONDS = 10.0
EMPTY_SECONDS = 1.0
DRAIN_PAUSE_SECONDS = 0.01
PROBE_SECONDS = 0.5


class Blobs(Protocol):
    """What intake needs of the blob store."""

    def put(self, content: bytes) -> str:
        """Store durably; returns the SHA-256. Raises Unavailable."""
        ...


class IntakeObserver(Protocol):
    """Hears what became of deliveries; metrics, nothing else."""

    def taken_in(self, channel: ChannelName, count: int, where: str) -> None:
        """`where` is broker or spool."""
        ...


class _Nobody:
    def taken_in(self, channel: ChannelName, count: int, where: str) -> None:
        """Nobody listens."""


@dataclass(slots=True)
class Intake:
    """Takes deliveries in. `spool` None means there is no persistent volume: then the broker must answer."""

    link: Link
    ids: DeliveryIds
    blobs: Blobs
    spool: Spool | None = None
    observer: IntakeObserver = field(default_factory=_Nobody)
    send_seconds: float = SEND_SECONDS
    spooling: bool = True
    """The breaker is open: deliveries go straight to the spool."""
    _opened: bool = False
    _drainer: asyncio.Task[None] | None = None
    _tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, drain_seconds: float = DRAIN_SECONDS) -> None:
        """Open the spool and drain what waits in it, as long as the broker answers, but not for ever.

        With an empty spool there is little to wait for: what comes before the broker answers goes there.
        """
        if self.spool is not None:
            await self.spool.open()
        self._drainer = watched(self._keep_draining(), "draining the spool")
        waits = self.spool is None or not self.spool.empty
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(drain_seconds if waits else min(drain_seconds, EMPTY_SECONDS)):
                await self._tried.wait()
        self._opened = True

    async def accept(self, channel: ChannelName, inbounds: Sequence[Inbound]) -> list[str]:
        """Make deliveries durable and return their ids, in order.

        Raises Unavailable (with `retry_after`) when neither broker nor spool can take them: nothing was
        confirmed then, and the caller says so.
        """
        if not inbounds:
            return []
        self._check_room()
        entries: list[Entry] = []
        try:
            for inbound in inbounds:
                entries.append(await self._entry(channel, inbound))
            await self._keep(channel, entries)
        except BaseException:
            self.ids.refuse()
            raise
        ids = [entry.delivery.delivery_id for entry in entries]
        self.ids.end(ids)
        return ids

    def refusal(self) -> str:
        """Why nothing can be taken in now (for readiness); empty while it can."""
        if not self._opened:
            return "starting"
        if not self.spooling:
            return ""
        return self.spool.refusal() if self.spool is not None else "the broker is away and there is no spool"

    def trouble(self) -> list[str]:
        """What is wrong behind, in sentences, whether or not complaints can still be taken in."""
        said = ["the broker is away: complaints go to the spool"] if self.spooling and self._opened else []
        if self.spool is not None:
            said += [one for one in (self.spool.refusal(),) if one]
            said += [f"{self.spool.lost} confirmed complaints were lost by the disk"] * (self.spool.lost > 0)
        return said

    @property
    def spooled(self) -> int:
        """Deliveries that wait in the spool."""
        return self.spool.pending if self.spool is not None else 0

    @property
    def spooled_since(self) -> datetime | None:
        """Since when something has been waiting in the spool."""
        return self.spool.since if self.spool is not None else None

    @property
    def lost(self) -> int:
        """Confirmed deliveries that the spool's disk did not keep."""
        return self.spool.lost if self.spool is not None else 0

    @property
    def spool_bytes(self) -> int:
        """Bytes that the spool holds on disk."""
        return self.spool.size if self.spool is not None else 0

    async def stop(self) -> None:
        """Bounded: the spool keeps what the broker did not take."""
        self._opened = False
        if self._drainer is not None:
            self._drainer.cancel()
            await asyncio.wait({self._drainer})
        await self.link.close()
        if self.spool is not None:
            await self.spool.close()

    async def _keep(self, channel: ChannelName, entries: Sequence[Entry]) -> None:
        left = entries if self.spooling else await self.link.send(entries, self.send_seconds)
        if len(left) < len(entries):
            self.observer.taken_in(channel, len(entries) - len(left), "broker")
        if left:
            await self._to_spool(left)
            self.observer.taken_in(channel, len(left), "spool")

    def _check_room(self) -> None:
        """Before an id is given, so that a refused delivery leaves no gap in the sequence."""
        if self.spooling and (refusal := self.refusal()):
            raise Unavailable(refusal, RETRY_AFTER_SECONDS)

    async def _entry(self, channel: ChannelName, inbound: Inbound) -> Entry:
        blob, raw = None, inbound.raw
        if len(raw) > INLINE_LIMIT:
            blob = BlobReference(sha256=await asyncio.to_thread(self.blobs.put, raw), bytes=len(raw))
            raw = b""
        settled = self.ids.settled
        delivery = Delivery(
            delivery_id=self.ids.next(),
            channel=channel,
            account=inbound.account,
            media_type=inbound.media_type,
            received_at=inbound.received_at,
            facts=dict(inbound.facts),
            blob=blob,
            settled=settled,
        )
        return Entry(delivery, raw)

    async def _to_spool(self, entries: Sequence[Entry]) -> None:
        if not self.spooling:
            LOG.warning("not acknowledged by the broker in %s s: spooling", self.send_seconds)
            self.spooling = True
            self._drainer = watched(self._keep_draining(), "draining the spool")
        if self.spool is None:
            raise Unavailable("the broker is away and there is no spool", RETRY_AFTER_SECONDS)
        await self.spool.append(entries)

    async def _keep_draining(self) -> None:
        """Until the broker answers and nothing waits: then the breaker closes, in the same step."""
        while not (await self.link.renew() and await self._drain()):
            self._tried.set()
            if self.spool is not None:
                await self.spool.probe()
            await asyncio.sleep(PROBE_SECONDS)
        self.spooling = False
        self._tried.set()
        LOG.info("the broker answers and the spool is empty")

    async def _drain(self) -> bool:
        """Send what waits, oldest first; False when the broker does not take it, or the disk does not give it."""
        while self.spool is not None and not self.spool.empty:
            try:
                entries, mark = await self.spool.oldest(DRAIN_BATCH)
            except OSError as error:
                LOG.error("the spool cannot be read, what waits in it will be tried again: %s", error)
                return False
            if not entries:
                await asyncio.sleep(DRAIN_PAUSE_SECONDS)
                continue
            if await self.link.send(entries, DRAIN_SECONDS):
                return False
            await self.spool.drop(len(entries), mark)
        return True
