"""Server-sent events (WHATWG HTML, 9.2) from the streaming API, read in the background.

The stream is a doorbell: what it says of new notifications is never taken as complete, the source looks them
up in order. Only edits and deletions are told by the stream alone.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import httpx

from channels.calls import NONSENSE
from channels.mastodon.api import MastodonApi
from channels.tasks import watched
from schemas.errors import GatewayError

LOG = logging.getLogger(__name__)
MOST_WAITING = 1_000
MOST_CHARACTERS = 4_000_000
RETRY_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name and its data as they came. The name `open` is ours: the stream stands."""

    name: str
    data: str = ""


async def events(response: httpx.Response) -> AsyncIterator[Event]:
    """The events of one connection until it ends."""
    name, data = "", list[str]()
    async for line in _lines(response):
        if sum(map(len, data)) + len(line) > MOST_CHARACTERS:
            raise httpx.RemoteProtocolError("an event that never ends")
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if name or data:
                yield Event(name or "message", "\n".join(data))
            name, data = "", []
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)


async def _lines(response: httpx.Response) -> AsyncIterator[str]:
    """Line by line; raises RemoteProtocolError for a line longer than any event."""
    rest = ""
    async for text in response.aiter_text():
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            yield line.removesuffix("\r")
        if len(rest) > MOST_CHARACTERS:
            raise httpx.RemoteProtocolError("a line that never ends")


class Doorbell:
    """Keeps a stream open and queues its events; `next` waits for one, at most so long."""

    def __init__(self, api: MastodonApi) -> None:
        self._api = api
        self._queue: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect in the background, again and again."""
        if self._task is None or self._task.done():
            self._task = watched(self._listen(), "the stream of Mastodon", lasting=True)

    async def next(self, seconds: float) -> Event | None:
        """The next event, None when `seconds` passed without one."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._queue.get(), seconds)
        return None

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with self._api.stream() as response:
                    response.raise_for_status()
                    await self._queue.put(Event("open"))
                    async for event in events(response):
                        failures = 0
                        await self._queue.put(event)
                reason = "it ended"
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, GatewayError, *NONSENSE) as error:
                reason = str(error) or type(error).__name__
            # without the stream the source polls; every attempt waits longer than the last
            LOG.info("the stream of %s does not stand: %s", self._api.host, reason)
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    async def aclose(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
