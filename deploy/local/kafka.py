"""A real Apache Kafka on this machine: no container, no root, no installed Java.

`python -m deploy.local.kafka --data DIR --port N` runs it until it is told to stop; tests use `LocalKafka`.
"""

import argparse
import json
import secrets
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from pathlib import Path

from deploy.local import java
from deploy.local.broker import LOG, Broker, Node
from deploy.local.jars import fetch, one_at_a_time, read_list
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.properties import broker_properties
from deploy.local.serve import serve
from schemas.errors import Misconfigured
from workers.storage.files import write_whole

_ARCHIVE_SECONDS = 60.0
"""What a busy machine may take to write the class archive down at the broker's end."""


class LocalKafka:
    """A Kafka cluster of one or three nodes in `data`, on the loopback interface.

        with LocalKafka(tmp_path / "kafka") as kafka:          # start() ... stop()
            producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap)

    `start()` blocks until every node answers (1 to 3 s once the jars are there; from a coroutine use
    `asyncio.to_thread`). `kill9(n)` and `restart(n)` take the number of a node, from 1; without one, all of
    them. The ports stay for the object's lifetime, records and cluster id for the folder's, so clients find
    their cluster again. `port` is the first node's; the others get free ones. `pids` maps number to process
    id. Every node dies with the process that started it, by whatever signal that ends.
    Raises Misconfigured (port in use, folder of another cluster size) and Unavailable (no network, no start).
    """

    def __init__(self, data: Path, brokers: int = 1, port: int | None = None, node_id: int = 1) -> None:
        self.data = data.resolve()
        ports = free_ports(2 * brokers)
        self.nodes = [Node(node_id + index, ports[index], ports[brokers + index]) for index in range(brokers)]
        if port is not None:
            self.nodes[0] = Node(node_id, port, self.nodes[0].controller_port)
        self._brokers: list[Broker] = []

    def __enter__(self) -> "LocalKafka":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        """`host:port` of every node, separated by commas."""
        return ",".join(f"{LOOPBACK}:{node.port}" for node in self.nodes)

    @property
    def pids(self) -> dict[int, int]:
        """The process id of each node that runs, by its number."""
        return {broker.node.number: broker.pid for broker in self._brokers if broker.pid is not None}

    @property
    def cluster_id(self) -> str:
        """The cluster's id, made once for the folder."""
        return str(self._identity()["cluster_id"])

    def start(self) -> None:
        """Fetches what is missing, formats a new folder, starts the nodes, waits until each answers."""
        jars = prepare()
        self._brokers = [self._broker(jars, node) for node in self.nodes]
        try:
            for broker in self._brokers:
                broker.format(self.cluster_id)
                broker.launch()
            for broker in self._brokers:
                broker.wait_ready()
        except BaseException:
            self.kill9()
            raise

    def stop(self) -> None:
        """A clean stop of every node, all at once: one left alone waits in vain for its quorum."""
        for broker in self._brokers:
            broker.ask_to_stop()
        for broker in self._brokers:
            broker.stop()

    def kill9(self, number: int | None = None) -> None:
        """SIGKILL to one node, or to all."""
        for broker in self._chosen(number):
            broker.kill9()

    def restart(self, number: int | None = None) -> None:
        """Starts one node again, or all, after a clean stop if still running; waits until they answer."""
        chosen = self._chosen(number)
        for broker in chosen:
            broker.stop()
            broker.launch()
        for broker in chosen:
            broker.wait_ready()

    def wait(self) -> str:
        """Waits until a node ends by itself and returns its last words."""
        while not (ended := [broker for broker in self._brokers if broker.pid is None]):
            time.sleep(0.2)
        return ended[0].last_words()

    def _chosen(self, number: int | None) -> list[Broker]:
        return [broker for broker in self._brokers if number in (None, broker.node.number)]

    def _broker(self, jars: Path, node: Node) -> Broker:
        return Broker(jars, self.data / f"node-{node.number}", node, broker_properties(node, self.nodes))

    def _identity(self) -> dict[str, object]:
        file = self.data / "cluster.json"
        numbers = [node.number for node in self.nodes]
        self.data.mkdir(parents=True, exist_ok=True)
        if not (identity := _read_identity(file)):
            identity = {"cluster_id": self._formatted_for() or _new_cluster_id(), "nodes": numbers}
            write_whole(file, json.dumps(identity))
        if identity["nodes"] != numbers:
            raise Misconfigured("--data", f"{self.data} belongs to nodes {identity['nodes']}, not {numbers}")
        return identity

    def _formatted_for(self) -> str:
        """The cluster id that a formatted node carries: when our own file was lost, the records are not."""
        for path in sorted(self.data.glob(f"node-*/{LOG}/meta.properties")):
            for line in path.read_text(errors="replace").splitlines():
                if line.startswith("cluster.id="):
                    return line.removeprefix("cluster.id=").strip()
        return ""


def _read_identity(file: Path) -> dict[str, object]:
    """What the file says; nothing when there is none or it is damaged."""
    try:
        told = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return told if isinstance(told, dict) and {"cluster_id", "nodes"} <= told.keys() else {}


def prepare() -> Path:
    """Brings the jars and the class archives, once for this machine; returns the folder of the jars."""
    jar_set = read_list("kafka")
    fetch(jar_set)
    folder = jar_set.folder
    with one_at_a_time(java.app_archive(folder)):
        if not java.app_archive(folder).exists():
            java.make_base_archive(folder)
            _make_app_archive(folder)
    return folder


def _make_app_archive(folder: Path) -> None:
    """Runs a broker once in a scratch folder: on its clean end Java writes down the classes it had loaded."""
    port, controller_port = free_ports(2)
    node = Node(1, port, controller_port)
    target = java.app_archive(folder)
    fresh = target.with_suffix(".new")
    with tempfile.TemporaryDirectory() as scratch:
        broker = Broker(folder, Path(scratch), node, broker_properties(node, [node]))
        broker.format(_new_cluster_id())
        broker.launch((f"-XX:ArchiveClassesAtExit={fresh}",))
        broker.wait_ready()
        broker.stop(_ARCHIVE_SECONDS)
    if fresh.exists():  # without one Kafka only starts slower, and the next start tries again
        fresh.rename(target)


def _new_cluster_id() -> str:
    return urlsafe_b64encode(b"\x01" + secrets.token_bytes(15)).decode().rstrip("=")


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is told to stop; the exit code is that of `serve`."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.kafka", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder that keeps the records and the cluster id"
    )
    parser.add_argument("--port", type=int, required=True, help="port of the first node, on 127.0.0.1")
    parser.add_argument("--node-id", type=int, default=1, help="number of the first node (default 1)")
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1, help="how many nodes (default 1)")
    chosen = parser.parse_args(arguments)
    kafka = LocalKafka(chosen.data, chosen.brokers, chosen.port, chosen.node_id)
    return serve("kafka", kafka, f"on {kafka.bootstrap}")


if __name__ == "__main__":
    sys.exit(main())
