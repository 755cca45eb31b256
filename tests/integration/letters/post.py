"""Worker slots of the letters stage, and the topics before and behind it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas import cloudevents, topics
from schemas.letter import LETTER_DUE, LetterDue, LetterStatus
from tests.patience import PATIENCE, until
from tests.unit.letters.desk import NOON, due, recipient
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import TopicFacts, create_topics

PARTITIONS = 2
TOPICS = (topics.LETTERS_DUE, topics.LETTERS_LEDGER, topics.MESSAGES, topics.DEAD_LETTERS, topics.AUDIT)


async def make_topics(cluster: Cluster) -> None:
    """What the stage reads and writes."""
    await create_topics(cluster, [TopicFacts(one.name, PARTITIONS, 1, one.configs()) for one in TOPICS])


def wishes(count: int, **words: Any) -> list[LetterDue]:
    """Acknowledgements for so many cases of so many people."""
    return [due(reference=f"CASE-{number:06}", **words) for number in range(count)]


async def ask(cluster: Cluster, asked: Iterable[LetterDue], spread: bool = True) -> None:
    """Write wishes as triage does; `spread` puts them on all partitions."""
    producer = cluster.producer()
    try:
        await producer.start()
        for number, wish in enumerate(asked):
            key = f"{recipient(wish)}{number}" if spread else recipient(wish)
            headers = cloudevents.headers(LETTER_DUE, wish.letter_id, "/test", NOON)
            name = cluster.topic(topics.LETTERS_DUE.name)
            await producer.send(name, wish.to_bytes(), key=key.encode(), headers=list(headers))
        await producer.flush()
    finally:
        await producer.stop()


async def statuses(cluster: Cluster) -> list[LetterStatus]:
    """Everything that triage was told, by partition and offset."""
    reader = cluster.reader()
    found: list[LetterStatus] = []
    try:
        await reader.start()
        logs = [TopicPartition(cluster.topic(topics.MESSAGES.name), number) for number in range(PARTITIONS)]
        reader.assign(logs)
        ends = await reader.end_offsets(logs)
        for log in logs:
            reader.seek(log, 0)
            while await reader.position(log) < ends[log]:
                for record in (await reader.getmany(log, timeout_ms=200)).get(log, []):
                    found.append(LetterStatus.from_bytes(record.value))
    finally:
        await reader.stop()
    return found


async def settled(cluster: Cluster, count: int, state: str = "accepted", seconds: float = 40) -> None:
    """Wait until so many letters are in a state."""

    async def enough() -> bool:
        return len({word.letter_id for word in await statuses(cluster) if word.state == state}) >= count

    await until(enough, seconds, f"{count} letters {state}")


class Worker:
    """One slot: a process that can be started again under the same instance name."""

    def __init__(self, cluster: Cluster, folder: Path, instance: str = "letters-1", **told: Any) -> None:
        self._work = folder / instance
        self._work.mkdir(parents=True, exist_ok=True)
        self._told = {
            "bootstrap": cluster.bootstrap,
            "prefix": cluster.topic_prefix,
            "instance": instance,
            "work_dir": str(self._work),
            "providers": str(folder / "providers"),
            **told,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Worker":
        """Start, or start again."""
        command = [sys.executable, "-m", "tests.integration.letters.worker", json.dumps(self._told)]
        with (self._work / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        return self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        assert self._process is not None
        if self._process.poll() is None:
            os.kill(self._process.pid, number)

    def kill9(self) -> None:
        """The hard way."""
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """The graceful way; answers the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self, seconds: float = 30) -> int:
        """Until it has ended."""
        assert self._process is not None
        return self._process.wait(seconds * PATIENCE)

    @property
    def said(self) -> str:
        """Its log, over all its lives."""
        return (self._work / "log.txt").read_text()
