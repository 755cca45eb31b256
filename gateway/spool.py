"""Where push deliveries wait while the broker is away: durable before they are confirmed, then sent in order.

Appends that come together share one fsync. The spool refuses when its limit or the disk is reached, so that
the caller hears 503 and tries again elsewhere.
"""

import asyncio
import errno
import logging
import shutil
from collections.abc import Sequence
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

    def refusal(self) -> str:
        """Why nothing more can be taken in; empty while it can."""
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
        for copy in self._files.damaged:
            LOG.error("the spool was damaged on disk; what could not be read is kept in %s", copy)

    async def append(self, entries: Sequence[Entry]) -> None:
        """Durable when it returns; raises Unavailable when the spool or the disk is full."""
        refusal = self.refusal()
        if refusal:
            raise Unavailable(refusal, RETRY_AFTER_SECONDS)
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
            if isinstance(outcome, OSError):
                raise _full(outcome) from outcome

    async def oldest(self, most: int) -> tuple[list[Entry], int]:
        """The entries to send next, in order, and the mark to give back to `drop`."""
        return await asyncio.to_thread(self._files.read, most)

    async def drop(self, count: int, mark: int) -> None:
        """The broker acknowledged the oldest `count` entries."""
        async with self._turn:
            await asyncio.to_thread(self._files.drop, count, mark)

    async def close(self) -> None:
        """Finish what is being written and give the folder back."""
        if self._flusher is not None:
            await self._flusher
        await asyncio.to_thread(self._files.close)

    async def _flush(self) -> None:
        while self._waiting:
            async with self._turn:
                batch, self._waiting = self._waiting, []
                try:
                    await asyncio.to_thread(self._files.append, [encoded for encoded, _ in batch])
                except OSError as error:
                    for _, durable in batch:
                        durable.set_exception(error)
                else:
                    for _, durable in batch:
                        if not durable.done():
                            durable.set_result(None)


def _full(error: OSError) -> Unavailable:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    return Unavailable("the spool's disk is full" if full else f"the spool: {error}", RETRY_AFTER_SECONDS)
