"""Runs a stand-in's app on one loopback port until it is told to stop."""

import signal
import socket
import sys
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from deploy.local.ports import LOOPBACK

GRACE_SECONDS = 1


def serve(name: str, app: ASGIApp, port: int) -> int:
    """Serves `app` and returns the exit code: 0 after SIGTERM or SIGINT, 2 when the port is taken.

    The line that names the address is printed when connections are taken, not before.
    """
    try:
        listener = socket.create_server((LOOPBACK, port))
    except OSError as error:
        print(f"{name}: --port: {port} cannot be used ({error.strerror}); choose another", file=sys.stderr)
        return 2
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_SECONDS, lifespan="on"
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn stops, then raises what stopped it
    print(f"{name}: ready on http://{LOOPBACK}:{listener.getsockname()[1]}", flush=True)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
    return 0
