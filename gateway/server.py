"""Serving the front door with uvicorn, with the bound it lacks: a request must be here in time, or it is cut off."""

import asyncio
import contextlib
import math
import socket
from collections.abc import Iterator
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from channels.tasks import joined, watched

HEAD_SECONDS = 15.0
"""How long a request's head may take."""
BODY_SECONDS = 30.0
"""How long its body may take, and a second more for each SLOWEST_BYTES_PER_SECOND that came."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024
LOOK_SECONDS = 1.0
_MOST_CONNECTIONS = 2_000
_STOP_SECONDS = 5


class PatientProtocol(HttpToolsProtocol):
    """Knows until when the request under way must be here. No timer of its own: one look goes over all."""

    due = math.inf

    def connection_made(self, transport: Any) -> None:
        """The first head is awaited."""
        super().connection_made(transport)
        self.due = self.loop.time() + HEAD_SECONDS

    def on_message_begin(self) -> None:
        """Another request on the same connection."""
        self.due = self.loop.time() + HEAD_SECONDS
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is here; now the body."""
        self.due = self.loop.time() + BODY_SECONDS
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """What comes in good time earns more time."""
        self.due += len(body) / SLOWEST_BYTES_PER_SECOND
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Everything is here; how long the answer takes is ours."""
        self.due = math.inf
        super().on_message_complete()

    def end_if_late(self, now: float) -> None:
        """Close the connection when its request should have been here."""
        if now > self.due:
            self.transport.abort()


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


async def serve(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve on `listener` until `stop` is set, then finish what is under way, at most 5 s.

    A client that is slow with its request loses its connection: HEAD_SECONDS, BODY_SECONDS.
    """
    config = Config(
        app,
        http=PatientProtocol,
        loop="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_keep_alive=20,
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
