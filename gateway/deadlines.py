"""Many waits under one timer: each has its deadline, a single look every tenth of a second ends the late ones.

`asyncio.timeout` arms a timer for each wait, which costs an intake more than making its record.
"""

import asyncio
from collections import deque

LOOK_SECONDS = 0.1


class Deadlines:
    """For waits of about the same length: they are looked at in the order they began."""

    def __init__(self) -> None:
        self._waits: deque[tuple[float, asyncio.Future[object]]] = deque()
        self._next_look: asyncio.TimerHandle | None = None

    def watch(self, future: asyncio.Future[object], seconds: float) -> None:
        """Whoever awaits `future` gets TimeoutError when it is not done in time (and at most a look later)."""
        loop = asyncio.get_running_loop()
        self._waits.append((loop.time() + seconds, future))
        if self._next_look is None:
            self._next_look = loop.call_later(LOOK_SECONDS, self._look)

    def close(self) -> None:
        """Look no more."""
        if self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waits and (self._waits[0][1].done() or self._waits[0][0] <= loop.time()):
            _, future = self._waits.popleft()
            if not future.done():
                future.set_exception(TimeoutError())
        self._next_look = loop.call_later(LOOK_SECONDS, self._look) if self._waits else None
