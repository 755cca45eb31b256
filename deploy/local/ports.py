"""Free TCP ports on the loopback interface."""

import socket
from contextlib import ExitStack

from gateway.ports import LOOPBACK, is_free

__all__ = ["LOOPBACK", "free_ports", "is_free"]


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody listens on; all are held until the last one is found."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [int(one.getsockname()[1]) for one in sockets]
