"""Lines that tell how far a run is; to whoever waits for it."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 30.0


class Progress:
    """`say` is one line with the time since the beginning; `telling` repeats one inside a block."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def say(self, words: str) -> None:
        """At once, on standard error."""
        print(f"{time.monotonic() - self._began:7.1f} s  {words}", file=sys.stderr, flush=True)

    @contextmanager
    def telling(self, words: Callable[[], str]) -> Iterator[None]:
        """Ask for the words now and then, as long as the block runs."""
        task = asyncio.create_task(self._tell(words))
        try:
            yield
        finally:
            task.cancel()
            self.say(words())

    async def _tell(self, words: Callable[[], str]) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self.say(words())
