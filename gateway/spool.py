"""Where push deliveries wait while the broker is away: durable before they are confirmed, then sent in order.

Appends that come together share one fsync. The spool refuses when its limit or the disk is reached, so that
the caller hears 503 and tries again elsewhere.
"""

import asyncio
import errno
import logging
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from channels.tasks import watched
from gateway.entries import Entry
from gateway.segments import Segments
from schemas.errors import Unavailable

LOG = logging.getLogger(__name__)
RETRY_AFTER_SECONDS = 30.0


class Spool:
    """One instance's spool. `limit_bytes` bounds it; `spare_bytes` of the disk are left alone."""

    def __init__(self, folder: Path, limit_bytes: int = 1 << 30, spare_bytes: int = 64 << 20) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._spare_bytes = spare_bytes
        self._files = Segments(folder)
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._turn = asyncio.Lock()
        self._flusher: asyncio.Task[None] | None = None
        self._appending = 0
        self._trouble = ""
        self._since: datetime | None = None

    @property
    def empty(self) -> bool:
        """Nothing waits and nothing is being written."""
        return not self._files.pending and not self._appending

    @property
    def pending(self) -> int:
        """How many deliveries wait."""
        return self._files.pending

    @property
    def size(self) -> int:
        """Bytes that the spool holds on disk."""
        return self._files.size

    @property
    def since(self) -> datetime | None:
        """Since when something has been waiting (after a restart: since then)."""
        return self._since if self._files.pending else None

    @property
    def lost(self) -> int:
        """Confirmed deliveries that the disk did not keep, since this process started."""
        return self._files.lost

    def refusal(self) -> str:
        """Why nothing more can be taken in; empty while it can."""
        if self._trouble:
            return self._trouble
        if self._files.size >= self._limit_bytes:
            return f"the spool holds its limit of {self._limit_bytes} bytes"
        try:
            free = shutil.disk_usage(self._folder).free
        except OSError as error:
            return f"the spool's disk cannot be asked: {error}"
        return f"only {free} bytes are free on the spool's disk" if free < self._spare_bytes else ""

    async def open(self) -> None:
        """Take the folder over and count what waits in it; raises Misconfigured when another owns it."""
        await asyncio.to_thread(self._files.open)
        self._since = datetime.now(UTC)
        self._tell_damage()

    async def append(self, entries: Sequence[Entry]) -> None:
        """Durable when it returns; raises Unavailable when the spool or the disk is full."""
        refusal = self.refusal()
        if refusal:
            raise Unavailable(refusal, RETRY_AFTER_SECONDS)
        if self.empty:
            self._since = datetime.now(UTC)
        loop = asyncio.get_running_loop()
        durable = [loop.create_future() for _ in entries]
        self._waiting += zip((entry.encoded() for entry in entries), durable, strict=True)
        if self._flusher is None or self._flusher.done():
            self._flusher = watched(self._flush(), "writing the spool")
        self._appending += 1
        try:
            done = await asyncio.gather(*durable, return_exceptions=True)
        finally:
            self._appending -= 1
        for outcome in done:
            if outcome is not None:
                self._trouble = _says(outcome)
                raise Unavailable(self._trouble, RETRY_AFTER_SECONDS) from outcome

    async def oldest(self, most: int) -> tuple[list[Entry], int]:
        """The entries to send next, in order, and the mark to give back to `drop`; raises OSError.

        What the disk damaged is set aside, counted and told; the entries behind it come next time.
        """
        waited = self._files.pending
        entries, mark = await asyncio.to_thread(self._files.read, most)
        if not entries and waited:
            async with self._turn:
                again = await asyncio.to_thread(self._files.read, 1)
                if not again[0] and self._files.pending:
                    await asyncio.to_thread(self._files.set_aside)
                    self._tell_damage()
        return entries, mark

    async def drop(self, count: int, mark: int) -> None:
        """The broker acknowledged the oldest `count` entries."""
        async with self._turn:
            await asyncio.to_thread(self._files.drop, count, mark)

    async def probe(self) -> None:
        """After a failed write: look whether the disk takes something again, which ends the refusal."""
        if self._trouble:
            try:
                await asyncio.to_thread(self._files.probe)
            except OSError as error:
                self._trouble = _says(error)
            else:
                self._trouble = ""

    async def close(self) -> None:
        """Finish what is being written and give the folder back."""
        if self._flusher is not None:
            await self._flusher
        await asyncio.to_thread(self._files.close)

    async def _flush(self) -> None:
        while self._waiting:
            async with self._turn:
                batch, self._waiting = self._waiting, []
                failed: BaseException | None = OSError("the spool was closed")
                try:
                    await asyncio.to_thread(self._files.append, [encoded for encoded, _ in batch])
                    failed = None
                except OSError as error:
                    failed = error
                finally:
                    _resolve([durable for _, durable in batch], failed)

    def _tell_damage(self) -> None:
        for copy in self._files.damaged:
            LOG.error("the spool was damaged on disk; what could not be read is kept in %s", copy)
        if self._files.damaged and self._files.lost:
            LOG.error(
                "%d confirmed deliveries were lost from the spool: the disk did not keep them", self.lost
            )
        self._files.damaged.clear()


def _resolve(waiting: Sequence[asyncio.Future[None]], failed: BaseException | None) -> None:
    """Whoever waits hears, whatever happened; who has gone away meanwhile does not."""
    for durable in waiting:
        if durable.done():
            continue
        if failed is None:
            durable.set_result(None)
        else:
            durable.set_exception(failed)


def _says(error: BaseException) -> str:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return "the spool's disk is full" if full else f"the spool cannot be written: {error}"
