"""A source read as the collector reads it: in the background, position after position, confirmed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.contract import Channel, Collected, Source
from gateway.collector import Beginning
from schemas.message import Message

LONG_ENOUGH_SECONDS = 15


class Reader:
    """What a source gave so far, and the position that is durable after it."""

    def __init__(self, channel: Channel, source: Source, position: str) -> None:
        self.position = position
        self.collected: list[Collected] = []
        self._channel = channel
        self._source = source
        self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for one in self._source.receive(self.position):
            self.collected.append(one)
            self.position = one.position
            await self._source.confirm([one])

    async def messages(self, count: int) -> list[Message]:
        """What persons did, by identity, once there is `count` of it; no two deliveries stand at one position."""
        deadline = time.monotonic() + LONG_ENOUGH_SECONDS
        while len(found := self._messages()) < count:
            assert time.monotonic() < deadline, found
            if self._task.done():
                self._task.result()
            await asyncio.sleep(0.02)
        assert len({one.position for one in self.collected}) == len(self.collected)
        return found

    def _messages(self) -> list[Message]:
        found: dict[tuple[bytes, ...], Message] = {}
        for one in self.collected:
            raw, facts = one.inbound.raw, one.inbound.facts
            for reading in self._channel.read(raw, facts):
                found.setdefault(self._channel.identity_parts(raw, reading.message, facts), reading.message)
        return [message for message in found.values() if message.kind != "system"]

    async def failure(self) -> None:
        """Wait until the source gives up, and raise what it raised."""
        await asyncio.wait_for(self._task, LONG_ENOUGH_SECONDS)

    async def close(self) -> None:
        """Stop reading and give the connections back."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._source.aclose()


@asynccontextmanager
async def reading(channel: Channel, source: Source, position: str | None = None) -> AsyncIterator[Reader]:
    """Read until the block ends, on a first start from where the source says that it begins."""
    assert isinstance(source, Beginning)
    reader = Reader(channel, source, position or await source.begin())
    try:
        yield reader
    finally:
        await reader.close()
