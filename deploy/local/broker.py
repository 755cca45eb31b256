"""One Kafka node: a folder, its settings, its process, and the question whether it answers."""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from deploy.local import java
from deploy.local.child import Child, wait_until_ready
from deploy.local.ports import LOOPBACK, is_free
from gateway.spawning import STOP_SECONDS
from schemas.errors import Misconfigured, Unavailable

LOG, PROPERTIES = "log", "server.properties"
"""Both are named from the node's folder, in which Java runs: a list of folders is split at commas, and a properties
file has its own ideas of backslashes and umlauts."""
HEAP_MB = 256
READY_SECONDS = 60.0


@dataclass(frozen=True)
class Node:
    """Where one node lives: its number (from 1) and its two ports on the loopback interface."""

    number: int
    port: int
    controller_port: int


class Broker:
    """A combined broker and controller (KRaft). The folder outlives the process, however that ends."""

    def __init__(self, jars: Path, folder: Path, node: Node, settings: dict[str, str]) -> None:
        self._jars = jars
        self._folder = folder
        self._settings = {**settings, "log.dirs": LOG}
        self._child: Child | None = None
        self.node = node

    @property
    def pid(self) -> int | None:
        """The process id of the running Java, None while there is none."""
        return self._child.pid if self._child and self._child.exit_code() is None else None

    def format(self, cluster_id: str) -> None:
        """Prepares an empty folder for this cluster; a folder that is in use stays as it is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name}={value}" for name, value in self._settings.items()]
        self._properties.write_text("\n".join(lines) + "\n")
        if not (self._folder / LOG / "meta.properties").exists():
            tool = ["kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", PROPERTIES]
            words = [*java.command(self._jars, 64), *tool, "--ignore-formatted"]
            java.run(words, "formatting the Kafka folder", self._folder)

    def launch(self, options: tuple[str, ...] = ()) -> None:
        """Starts the process and returns at once; `wait_ready` says when it answers."""
        if not is_free(self.node.port):
            raise Misconfigured(
                "--port", f"{self.node.port} is in use; stop what listens there or choose another"
            )
        logging = (
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
        )
        start = [
            *java.command(self._jars, HEAP_MB, (*logging, *options)),
            "kafka.Kafka",
            PROPERTIES,
        ]
        name, log = f"Kafka node {self.node.number}", self._folder / "kafka.log"
        self._child = Child(name, start, log, folder=self._folder, env=java.environment())

    def wait_ready(self) -> None:
        """Waits until it answers an ApiVersions request; raises Unavailable if it ends or takes a minute."""
        wait_until_ready(self._running(), lambda: answers_api_versions(self.node.port), READY_SECONDS)

    def last_words(self) -> str:
        """The end of its log, in one line."""
        return self._running().last_words()

    def ask_to_stop(self) -> None:
        """Starts a clean stop without waiting for it."""
        if self._child:
            self._child.ask_to_stop()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """A clean stop, a hard one after some seconds; nothing to do when it is not running."""
        if self._child:
            self._child.stop(seconds)

    def kill9(self) -> None:
        """Ends it as a crash would."""
        if self._child:
            self._child.kill9()

    @property
    def _properties(self) -> Path:
        return self._folder / PROPERTIES

    def _running(self) -> Child:
        if self._child is None:
            raise Unavailable(f"Kafka node {self.node.number} was not started")
        return self._child


def answers_api_versions(port: int, timeout_seconds: float = 1.0) -> bool:
    """Whether a broker on `port` answers an ApiVersions request (Kafka protocol, key 18, version 0).

    An open port is not enough: a broker listens before it serves.
    """
    header = struct.pack(">hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection((LOOPBACK, port), timeout_seconds) as connection:
            connection.sendall(struct.pack(">i", len(header)) + header)
            answer = connection.recv(10)
    except OSError:
        return False
    return len(answer) == 10 and struct.unpack(">iih", answer)[1:] == (1, 0)
