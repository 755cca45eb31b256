"""Server-sent events, line by line."""

from collections.abc import AsyncIterator

import httpx
import pytest

from channels.mastodon.stream import Event, events

STREAM = b""":)
:thump

event: notification
data: {"id":"1"}

event: delete
data: 42

data: first
data: second

event: cut
data: never ended"""


class Chunks(httpx.AsyncByteStream):
    """The bytes in pieces of three, as a network may bring them."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(STREAM), 3):
            yield STREAM[start : start + 3]


@pytest.mark.asyncio
async def test_events_are_read_from_any_chunks() -> None:
    found = [event async for event in events(httpx.Response(200, stream=Chunks()))]
    assert found == [
        Event("notification", '{"id":"1"}'),
        Event("delete", "42"),
        Event("message", "first\nsecond"),
    ]
