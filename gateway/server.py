"""Serving the front door with uvicorn, with the bounds it lacks: on time, on heads, on connections, on bytes held."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from channels.tasks import joined, watched
from gateway.addresses import NO_PROXIES, Proxies, network_of, parse
from gateway.connections import MANY, MOST_EACH, Connections, Phase, room

HEAD_SECONDS = 15.0
"""How long a request's head may take, from the first byte or from the connection."""
BODY_SECONDS = 30.0
"""How long nothing of a body may come; what comes earns time, a second for SLOWEST_BYTES_PER_SECOND, never more than
this ahead."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024
LONGEST_BODY_SECONDS = 900.0
ANSWER_SECONDS = 120.0
"""How long an answer may take, made and read."""
KEEP_ALIVE_SECONDS = 20
MOST_HEAD_BYTES = 32 * 1024
"""Of a head, and of what surrounds a body (sizes and extensions of chunks, trailers)."""
MOST_HEADERS = 100
CHUNK_OVERHEAD = 8
"""Bytes on the wire for a byte of body that came in a chunk of its own."""
LOOK_SECONDS = 1.0
_STOP_SECONDS = 5


class PatientProtocol(HttpToolsProtocol):
    """Knows until when the request under way must be here, and how much of it may surround its body.

    No timer of its own: one look goes over all.
    """

    def __init__(self, *given: Any, among: Connections, proxies: Proxies, **named: Any) -> None:
        super().__init__(*given, **named)
        self._among, self._proxies = among, proxies
        self.network = ""
        self.phase: Phase = "waiting"
        self.held = 0
        self._phase: Phase = "waiting"
        self._spare = MOST_HEAD_BYTES
        self._body_by = self.due = self.loop.time() + HEAD_SECONDS
        self._too_much = False

    def connection_made(self, transport: Any) -> None:
        """The first head is awaited."""
        super().connection_made(transport)
        address = parse(self.client[0]) if self.client else None
        self.network = MANY if address is None or address in self._proxies else network_of(address)
        self._among.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody closed it."""
        super().connection_lost(exc)
        self._among.leave(self)

    def data_received(self, data: bytes) -> None:
        """Read on, and end what surrounds its body with too much."""
        super().data_received(data)
        self._spare -= len(data)
        if self._phase == "answering":
            self._spare = MOST_HEAD_BYTES
        elif self._spare < 0:
            self._refuse_head()
        else:
            self._spare = min(self._spare, MOST_HEAD_BYTES) if self._phase == "waiting" else self._spare
        self._now_in(self._phase)

    def on_message_begin(self) -> None:
        """Another request on the same connection."""
        self.due = self.loop.time() + HEAD_SECONDS
        self._spare += MOST_HEAD_BYTES
        self._phase = "waiting"
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One more; what comes behind the body (trailers) is left out, for the head is judged already."""
        if self._phase != "waiting":
            return
        if len(self.headers) >= MOST_HEADERS:
            self._too_much = True
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is here; now the body."""
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MOST_HEAD_BYTES:
            self._too_much = True
            raise ValueError("too large a head")
        now = self.loop.time()
        self.due, self._body_by = now + BODY_SECONDS, now + LONGEST_BODY_SECONDS
        self._phase = "sending"
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What comes in good time earns more time, but no credit to stall on."""
        size = len(body)
        self._spare += size * CHUNK_OVERHEAD
        latest = min(self.loop.time() + BODY_SECONDS, self._body_by)
        self.due = min(self.due + size / SLOWEST_BYTES_PER_SECOND, latest)
        super().on_body(body)
        if not self.cycle.response_complete:
            self._among.hold(self, size)

    def on_message_complete(self) -> None:
        """Everything is here; now it is our turn."""
        answered = self.cycle.response_complete
        self.due = self.loop.time() + (KEEP_ALIVE_SECONDS if answered else ANSWER_SECONDS)
        self._phase = "waiting" if answered else "answering"
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Answered: the next request may come."""
        self._among.let_go(self)
        super().on_response_complete()
        if self._phase == "answering" and not self.pipeline:
            self.due = self.loop.time() + KEEP_ALIVE_SECONDS
            self._now_in("waiting")

    def send_400_response(self, msg: str) -> None:
        """431 (RFC 6585) where the head was too much, 400 for what is no HTTP."""
        if self._too_much:
            self._refuse_head()
        else:
            super().send_400_response(msg)

    def end_if_late(self, now: float) -> None:
        """Close the connection when its request should have been here, or its answer should have been taken."""
        if now > self.due:
            self.shed()

    def shed(self) -> None:
        """Cut it off at once."""
        self.transport.abort()

    def _now_in(self, phase: Phase) -> None:
        if phase != self.phase:
            before, self.phase = self.phase, phase
            self._among.moved(self, before)

    def _refuse_head(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.close()


class _SignalFreeServer(Server):
    """Signals belong to the process that serves, not to its server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of ours."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one. Raises OSError when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=512)


async def serve(
    app: ASGIApp,
    listener: socket.socket,
    stop: asyncio.Event,
    proxies: Proxies = NO_PROXIES,
    connections_each: int = MOST_EACH,
) -> None:
    """Serve on `listener` until `stop` is set, then finish what is under way, at most 5 s.

    A client that is slow with its request loses its connection: HEAD_SECONDS, BODY_SECONDS. One network has at most
    `connections_each` at once, but for `proxies`, which stand for many.
    """
    among = Connections(room(), connections_each)
    config = Config(
        app,
        http=cast(Any, partial(PatientProtocol, among=among, proxies=proxies)),
        ws="none",
        loop="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    server = _SignalFreeServer(config)
    serving = joined(server.serve(sockets=[listener]))
    stopping = joined(stop.wait())
    looking = watched(_cut_off_late_ones(server), "cutting off late requests", lasting=True)
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.cancel()
    looking.cancel()
    await serving


async def _cut_off_late_ones(server: Server) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        for connection in list(server.server_state.connections):
            if isinstance(connection, PatientProtocol):
                connection.end_if_late(loop.time())
