"""Runs one local service in the foreground: a line when it is ready, a sentence and a code when not."""

import signal
import sys
import time
from typing import Protocol

from gateway.folder import private
from schemas.errors import GatewayError, Misconfigured


class Service(Protocol):
    """Something that starts, stops, and can be waited for."""

    def start(self) -> None:
        """Returns when it is ready; raises a GatewayError."""

    def stop(self) -> None:
        """Stops what was started."""

    def wait(self) -> str:
        """Waits until it ends by itself; returns its last words."""


def serve(name: str, service: Service, ready_says: str) -> int:
    """Runs `service` until SIGTERM or SIGINT and returns the exit code: 0, 2 wrong setting, 3 cannot run."""
    private()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    started = time.monotonic()
    print(f"{name}: starting", flush=True)
    try:
        service.start()
        print(f"{name}: ready {ready_says}, after {time.monotonic() - started:.1f} s", flush=True)
        print(f"{name}: ended by itself: {service.wait()}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 0
    except GatewayError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2 if isinstance(error, Misconfigured) else 3
    finally:
        service.stop()


def _leave(*_: object) -> None:
    raise KeyboardInterrupt
