"""Which ports the processes of one machine use: picked free once, remembered in the data folder."""

import json
import socket
from collections.abc import Iterable
from pathlib import Path

LOOPBACK = "127.0.0.1"


class Ports:
    """`port(name)` is the same number at every start while it can be had."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ports.json"
        self._known: dict[str, int] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def port(self, name: str) -> int:
        """The remembered port, or a free one that is remembered from now on."""
        if name not in self._known:
            self._known[name] = _free(self._known.values())
            self._path.write_text(json.dumps(self._known, indent=1))
        return self._known[name]


def _free(taken: Iterable[int]) -> int:
    avoided = set(taken)
    while True:
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            port = int(probe.getsockname()[1])
        if port not in avoided:
            return port
