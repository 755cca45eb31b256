"""Runs stand-ins, each on a loopback port of its own, until they are told to stop."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import uvicorn
import uvloop
from starlette.types import ASGIApp

from deploy.local.ports import LOOPBACK
from deploy.sandbox.guard import Guarded

GRACE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Served:
    """A stand-in and the port it is to be had on."""

    name: str
    app: ASGIApp
    port: int


class _SignalFreeServer(uvicorn.Server):
    """Several share one process, so signals are the process's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None of ours."""
        yield


def serve(stand_ins: Sequence[Served]) -> int:
    """Serves all of them and returns the exit code: 0 after SIGTERM or SIGINT, 2 when a port is taken.

    The line that names the addresses is printed when connections are taken, not before.
    """
    listeners = []
    for one in stand_ins:
        try:
            listeners.append(socket.create_server((LOOPBACK, one.port)))
        except OSError as error:
            print(
                f"{one.name}: port {one.port} cannot be used ({error.strerror}); choose another",
                file=sys.stderr,
            )
            return 2
    addresses = [f"{one.name} on http://{LOOPBACK}:{one.port}" for one in stand_ins]
    print(f"sandbox: ready, {', '.join(addresses)}", flush=True)
    uvloop.run(_until_told(stand_ins, listeners))
    return 0


async def _until_told(stand_ins: Sequence[Served], listeners: Sequence[socket.socket]) -> None:
    servers = [_SignalFreeServer(_config(one.app)) for one in stand_ins]
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, servers)
    await asyncio.gather(
        *(server.serve([listener]) for server, listener in zip(servers, listeners, strict=True))
    )


def _stop(servers: Sequence[uvicorn.Server]) -> None:
    for server in servers:
        server.should_exit = True


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        Guarded(app),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="on",
    )
