"""Which ports the processes of one machine use: picked free once, remembered in the data folder."""

import json
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import TypeAdapter

from workers.storage.files import write_whole

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 2.0
"""So long a remembered port may still be held by what is just ending."""
_KNOWN: TypeAdapter[dict[str, int]] = TypeAdapter(dict[str, int])


class Ports:
    """`port(name)` is the same number at every start while it can be had; `say` hears when it could not."""

    def __init__(self, folder: Path, say: Callable[[str], None] = lambda line: None) -> None:
        self._path = folder / "ports.json"
        self._say = say
        self._known = self._remembered()

    def port(self, name: str) -> int:
        """The remembered port, or a free one that is remembered from now on."""
        known = self._known.get(name)
        if known is not None and _becomes_free(known):
            return known
        self._known[name] = picked = _free(self._known.values())
        write_whole(self._path, json.dumps(self._known, indent=1))
        if known is not None:
            self._say(f"port {known} of {name} is taken by another program; {name} gets {picked}")
        return picked

    def _remembered(self) -> dict[str, int]:
        try:
            known = _KNOWN.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            self._say(f"{self._path} is damaged; every port is picked anew")
            return {}
        return {name: port for name, port in known.items() if 0 < port < 1 << 16}


def is_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback interface now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _becomes_free(port: int) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _free(taken: Iterable[int]) -> int:
    avoided = set(taken)
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in avoided:
            return port
