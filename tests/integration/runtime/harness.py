"""Worker processes that can be killed, frozen and replaced, and the topics they work on."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE, until
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import create_topics

PARTITIONS = 2


@dataclass(frozen=True)
class Spec:
    """A topic to make."""

    name: str
    partitions: int = PARTITIONS
    replication: int = 1
    configs: dict[str, str] = field(default_factory=dict)


async def make_topics(cluster: Cluster, replication: int = 1, partitions: int = PARTITIONS) -> None:
    """The topics of the test stages."""
    safe = {"min.insync.replicas": str(max(1, replication - 1))}
    names = ("ids.in", "ids.out", "ids.dead")
    specs = [Spec(name, partitions, replication, safe) for name in names]
    specs.append(Spec("ids.seen", partitions, replication, safe | {"cleanup.policy": "compact"}))
    await create_topics(cluster, specs)


async def produce(cluster: Cluster, records: Iterable[tuple[bytes, bytes]], topic: str = "ids.in") -> None:
    """Write keys and values, acknowledged."""
    producer = cluster.producer(request_seconds=40)
    try:
        await producer.start()
        sent = [await producer.send(cluster.topic(topic), value, key=key) for key, value in records]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def read_all(cluster: Cluster, topic: str, partitions: int = PARTITIONS) -> list[Any]:
    """Every committed record, as the client gives it."""
    reader = cluster.reader()
    found: list[Any] = []
    try:
        await reader.start()
        logs = [TopicPartition(cluster.topic(topic), number) for number in range(partitions)]
        reader.assign(logs)
        first, ends = await reader.beginning_offsets(logs), await reader.end_offsets(logs)
        for log in logs:
            reader.seek(log, first[log])
            while await reader.position(log) < ends[log]:
                found += (await reader.getmany(log, timeout_ms=200)).get(log, [])
    finally:
        await reader.stop()
    return found


async def keys(cluster: Cluster, topic: str = "ids.out") -> list[bytes]:
    """The keys of every committed record."""
    return [record.key for record in await read_all(cluster, topic)]


async def arrived(cluster: Cluster, count: int, seconds: float = 30, topic: str = "ids.out") -> None:
    """Wait until that many records are committed."""

    async def enough() -> bool:
        return len(await keys(cluster, topic)) >= count

    await until(enough, seconds, f"{count} records in {topic}")


class Worker:
    """One worker slot: a process that can be started again under the same instance name."""

    def __init__(
        self, cluster: Cluster, folder: Path, instance: str = "w1", *, stage: str = "Ids",
        transactor: str = "Transactor", **options: Any,
    ) -> None:  # fmt: skip
        self._folder = folder / instance
        self._folder.mkdir(parents=True, exist_ok=True)
        self._log = self._folder / "stderr.txt"
        told = {
            "bootstrap": cluster.bootstrap,
            "prefix": cluster.topic_prefix,
            "stage": stage,
            "transactor": transactor,
            "options": {"instance": instance, "work_dir": str(self._folder), "session_seconds": 6.0}
            | options,
        }
        self._command = [sys.executable, "-m", "tests.integration.runtime.worker", json.dumps(told)]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Worker":
        """Start, or start again."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stderr=log, stdout=log)
        return self

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        assert self.process is not None
        return self.process.poll()

    @property
    def said(self) -> str:
        """Everything it wrote to standard error, over all its lives."""
        return self._log.read_text()

    def mark(self, kind: str, partition: int = 0, stage: str = "ids") -> dict[str, Any]:
        """One of its files: `progress` or `attempts`."""
        found: dict[str, Any] = json.loads((self._folder / f"{stage}-{partition}.{kind}.json").read_text())
        return found

    def states(self, stage: str = "ids") -> dict[int, str]:
        """What each partition that told of itself last said it was doing: wait for one of these, not for a log line."""
        told = sorted(self._folder.glob(f"{stage}-*.progress.json"))
        return {
            int(one.name.split(".")[0].rsplit("-", 1)[1]): json.loads(one.read_text())["state"]
            for one in told
        }

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        assert self.process is not None
        if self.process.poll() is None:
            os.kill(self.process.pid, number)

    def kill9(self) -> None:
        """The hard way."""
        self.signal(signal.SIGKILL)
        self.wait(10)

    def stop(self, seconds: float = 30) -> int:
        """The graceful way; answers the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float = 30) -> int:
        """Until it has ended."""
        assert self.process is not None
        return self.process.wait(seconds * PATIENCE)
