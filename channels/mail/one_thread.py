"""Runs one mailbox's blocking conversation in one thread, in order, without holding up the event loop.

imapclient blocks and a connection is nobody's to share; while it waits in IDLE, it must notice that somebody
else has something to say.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class OneThread:
    """A single worker thread that knows whether more jobs are waiting."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._lock = threading.Lock()
        self._queued = 0

    async def run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do `job` after all jobs before it and return what it returns."""

        def started() -> T:
            self._count(-1)
            return job(*args, **kwargs)

        self._count(1)
        future = self._executor.submit(started)
        future.add_done_callback(self._forget_if_cancelled)
        return await asyncio.wrap_future(future)

    def later(self, job: Callable[[], None]) -> None:
        """Do `job` after all jobs before it; nobody waits for it."""
        self._executor.submit(job)

    def others_wait(self) -> bool:
        """Whether a job waits for the running one to end; from any thread."""
        return self._queued > 0

    def close(self) -> None:
        """Take no more jobs; those that were given are done, but nobody waits for them."""
        self._executor.shutdown(wait=False)

    def _count(self, change: int) -> None:
        with self._lock:
            self._queued += change

    def _forget_if_cancelled(self, future: Future[T]) -> None:
        if future.cancelled():
            self._count(-1)
