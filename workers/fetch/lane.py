"""One host's queue in one partition: so many downloads at a time, and a pause for all while the host is away."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable

from channels.tasks import watched
from schemas.media import MediaWanted

Attempt = Callable[[MediaWanted], Awaitable[bool]]
"""Tries once; whether the host answered, be it with a refusal."""
_FIRST_PAUSE, _MOST_PAUSE = 1.0, 60.0


class Lane:
    """Runs while it has something to do; `idle` then. Nothing here needs to survive: the ledger is the queue."""

    def __init__(self, attempt: Attempt, width: int) -> None:
        self._attempt = attempt
        self._loop = asyncio.get_running_loop()
        self._queue: list[tuple[float, int, MediaWanted]] = []
        self._places = itertools.count()
        self._changed = asyncio.Event()
        self._free = asyncio.Semaphore(width)
        self._running: set[asyncio.Task[None]] = set()
        self._failures, self._opens_at = 0, 0.0
        self._dispatcher = watched(self._dispatch(), "the lane of downloads", lasting=True)

    @property
    def idle(self) -> bool:
        """Nothing waits and nothing runs."""
        return not self._queue and not self._running

    def take(self, wanted: MediaWanted, wait_seconds: float) -> None:
        """Queue a thing that is not to be touched before so many seconds have passed."""
        heapq.heappush(self._queue, (self._loop.time() + wait_seconds, next(self._places), wanted))
        self._changed.set()

    def stop(self) -> None:
        """Nothing new begins."""
        self._dispatcher.cancel()

    async def close(self) -> None:
        """Give up what is on the wire: it is fetched again by the next owner."""
        self.stop()
        for task in self._running:
            task.cancel()
        await asyncio.gather(self._dispatcher, *self._running, return_exceptions=True)

    async def _dispatch(self) -> None:
        while True:
            await self._free.acquire()
            task = watched(self._try(await self._next()), "a download")
            self._running.add(task)
            task.add_done_callback(self._tried)

    async def _next(self) -> MediaWanted:
        while True:
            first = self._queue[0][0] if self._queue else float("inf")
            wait = max(first, self._opens_at) - self._loop.time()
            if wait <= 0:
                return heapq.heappop(self._queue)[2]
            self._changed.clear()
            try:
                async with asyncio.timeout(None if first == float("inf") else wait):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _try(self, wanted: MediaWanted) -> None:
        if await self._attempt(wanted):
            self._failures = 0
            return
        pause = min(_FIRST_PAUSE * 2 ** min(self._failures, 10), _MOST_PAUSE) * random.uniform(0.5, 1.0)
        self._failures += 1
        self._opens_at = max(self._opens_at, self._loop.time() + pause)

    def _tried(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free.release()
        if not task.cancelled():
            task.result()
