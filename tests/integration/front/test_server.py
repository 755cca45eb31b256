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


async def _get(port: int) -> int:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        return (await client.post("/", content=b"ok")).status_code


ENDLESS = {
    "one header": [b"GET / HTTP/1.1\r\nX: ", *[b"y" * 65536] * 200],
    "the path": [b"GET /", *[b"y" * 65536] * 200],
    "many headers": [b"GET / HTTP/1.1\r\n", *[b"X-%d: y\r\n" % number * 4000 for number in range(100)]],
    "many small headers": [b"GET / HTTP/1.1\r\n", b"X: y\r\n" * 150, b"\r\n"],
    "a head in one piece": [b"GET / HTTP/1.1\r\nX: " + b"y" * 60_000 + b"\r\n\r\n"],
    "an extension of a chunk": [
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;",
        *[b"y" * 65536] * 200,
    ],
    "trailers": [
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: ",
        *[b"y" * 65536] * 200,
    ],
}


@pytest.mark.asyncio
@pytest.mark.parametrize("what", sorted(ENDLESS))
async def test_what_surrounds_a_body_is_bounded(what: str) -> None:
    async with _running() as port:
        heard = await _ask(port, ENDLESS[what])
        assert heard.startswith(b"HTTP/1.1 431") or not heard
        assert b"200 OK" not in heard
        assert await _get(port) == 200


@pytest.mark.asyncio
async def test_a_body_in_chunks_of_one_byte_is_a_body() -> None:
    pieces = [
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\nx\r\n" * 900,
        b"0\r\nX-A: b\r\n\r\n",
    ]
    async with _running() as port:
        assert b"900" in await _ask(port, pieces)


@pytest.mark.asyncio
async def test_pipelined_requests_are_not_one_large_head() -> None:
    request = b"POST / HTTP/1.1\r\nHost: a\r\nX: %s\r\nContent-Length: 2\r\n\r\nok" % (b"y" * 4000)
    async with _running() as port:
        assert (await _ask(port, [request * 40])).count(b"200 OK") == 40


@pytest.mark.asyncio
@pytest.mark.parametrize("half", [b"", b"GET / HTTP/1.1\r\nHo", HEAD % 900 + b"\r\nx"])
async def test_half_open_connections_keep_nobody_out(half: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "room", lambda: 50)
    async with _running() as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
        for _, writer in slow:
            writer.write(half)
        started = time.monotonic()
        assert [await _get(port) for _ in range(20)] == [200] * 20
        assert time.monotonic() - started < 5
        for _, writer in slow:
            writer.close()


@pytest.mark.asyncio
async def test_bytes_sent_fast_are_no_credit_to_stall_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(server, "SLOWEST_BYTES_PER_SECOND", 10)
    async with _running() as port:
        started = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD % 900 + b"\r\n" + b"x" * 800)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 10) == b""
        assert time.monotonic() - started < 5
        writer.close()


@pytest.mark.asyncio
async def test_a_kept_connection_is_not_held_open_by_empty_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "KEEP_ALIVE_SECONDS", 1)
    monkeypatch.setattr(server, "LOOK_SECONDS", 0.1)
    async with _running() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD % 2 + b"\r\nok")
        ended = asyncio.create_task(reader.read())
        for _ in range(40):
            if ended.done():
                break
            with contextlib.suppress(ConnectionError):
                writer.write(b"\r\n")
                await writer.drain()
            await asyncio.sleep(0.1)
        assert ended.done()
        ended.exception()
        writer.close()
