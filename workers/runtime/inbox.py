"""How effects speak to their partition: posted records wait here for the next transaction."""

import asyncio
from collections import deque

from workers.runtime.contract import Record


class Inbox:
    """Implements `EffectPort`. While it is full the partition reads no new input, and `room` blocks."""

    def __init__(self, partition: int, limit: int) -> None:
        self.partition = partition
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._records: deque[Record] = deque()
        self._filled = asyncio.Event()
        self._roomy = asyncio.Event()
        self._roomy.set()

    def post(self, record: Record) -> None:
        """Queue a record; from any thread. Nothing is refused: the bound is kept by who asks for room."""
        self._loop.call_soon_threadsafe(self._add, record)

    async def room(self) -> None:
        """Return when there is room."""
        await self._roomy.wait()

    @property
    def full(self) -> bool:
        """Whether new input has to wait."""
        return not self._roomy.is_set()

    async def filled(self) -> None:
        """Return when something waits."""
        await self._filled.wait()

    def take(self, count: int) -> list[Record]:
        """The oldest records, at most `count`."""
        taken = [self._records.popleft() for _ in range(min(count, len(self._records)))]
        self._signal()
        return taken

    def _add(self, record: Record) -> None:
        self._records.append(record)
        self._signal()

    def _signal(self) -> None:
        (self._filled.set if self._records else self._filled.clear)()
        (self._roomy.set if len(self._records) < self._limit else self._roomy.clear)()
