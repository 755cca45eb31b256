"""The server itself, over real sockets: slow clients hold nothing, the end is bounded."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway import server
from gateway.limits import Limits
from gateway.server import listen, serve

HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n"


async def _size(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


@contextlib.asynccontextmanager
async def _running() -> AsyncIterator[int]:
    stop = asyncio.Event()
    app = Starlette(
        routes=[Route("/", _size, methods=["POST"])], middleware=[Middleware(Limits, body_bytes=1000)]
    )
    listener = listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve(app, listener, stop))
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        await asyncio.wait_for(serving, 10)
        listener.close()


async def _ask(port: int, pieces: Sequence[bytes], pause: float = 0.0) -> bytes:
    """Send piece by piece; what came back until the connection was closed or nothing came for a second."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    heard = b""
    with contextlib.suppress(ConnectionError, TimeoutError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        while piece := await asyncio.wait_for(reader.read(65536), 1):
            heard += piece
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    return heard


@pytest.mark.asyncio
async def test_requests_are_answered_on_a_kept_connection() -> None:
    async with _running() as port, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for size in (3, 999, 0):
            assert (await client.post("/", content=b"x" * size)).text == str(size)
        assert (await client.post("/", content=b"x" * 1001)).status_code == 413


@pytest.mark.asyncio
async def test_a_head_that_never_ends_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.1)
    async with _running() as port:
        started = time.monotonic()
        assert await _ask(port, [b"GET / HTTP/1.1\r\n", *[b"X-A: b\r\n"] * 40], 0.05) == b""
        assert time.monotonic() - started < 1.5
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 2) == b""
        writer.close()


@pytest.mark.asyncio
async def test_a_body_that_stalls_loses_its_connection_and_one_that_flows_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(server, "SLOWEST_BYTES_PER_SECOND", 100)
    async with _running() as port:
        assert await _ask(port, [HEAD % 500 + b"\r\n" + b"x" * 20, b"y"], 0.8) == b""
        flowing = [HEAD % 500 + b"\r\n", *[b"x" * 50] * 10]
        assert b"200 OK" in await _ask(port, flowing, 0.1)


@pytest.mark.asyncio
async def test_slow_clients_do_not_hold_up_others() -> None:
    async with _running() as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
        for _, writer in slow:
            writer.write(HEAD % 900)
        started = time.monotonic()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            assert (await client.post("/", content=b"ok")).text == "2"
        assert time.monotonic() - started < 1
        for _, writer in slow:
            writer.close()
