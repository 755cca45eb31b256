"""Topics, events on them, worker processes and what came out: the scene of the project tests."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas import cloudevents, topics
from schemas.complaint import CASE_EVENT, CaseEvent
from schemas.insight import FeedItem
from tests.patience import until
from tests.unit.project.told import letter, opened
from workers.project.view import CaseView
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import TopicFacts, create_topics

PARTITIONS = 2


async def make_topics(cluster: Cluster) -> None:
    """What the view reads and writes."""
    wanted = (topics.EVENTS, topics.INSIGHT_FEED, topics.DEAD_LETTERS)
    facts = [TopicFacts(one.name, one.partitions or PARTITIONS, 1, one.configs()) for one in wanted]
    await create_topics(cluster, facts)


def life(numbers: Iterable[int]) -> list[CaseEvent]:
    """Three events for each case: opened, letter attempted, letter accepted."""
    numbers = list(numbers)
    return [
        one
        for number in numbers
        for one in (opened(number), letter(number, 2, "attempted"), letter(number, 3, "accepted"))
    ]


async def tell(cluster: Cluster, events: Iterable[CaseEvent | bytes]) -> None:
    """Write events in one transaction, as triage does; bytes are written as they are."""
    producer = cluster.transactional_producer("scene")
    try:
        await producer.start()
        await producer.begin_transaction()
        sent = []
        for event in events:
            raw = isinstance(event, bytes)
            value = event if isinstance(event, bytes) else event.to_bytes()
            key = b"nobody" if isinstance(event, bytes) else event.person_key.encode()
            at = opened(0).at if isinstance(event, bytes) else event.at
            headers = cloudevents.headers(CASE_EVENT, f"id-{raw}", "/test", at)
            name = cluster.topic(topics.EVENTS.name)
            sent.append(await producer.send(name, value, key=key, headers=list(headers)))
        await asyncio.gather(*sent)
        await producer.commit_transaction()
    finally:
        await producer.stop()


async def records(cluster: Cluster, topic: str, partitions: int = 1) -> list[Any]:
    """Everything on a topic."""
    reader = cluster.reader()
    found: list[Any] = []
    try:
        await reader.start()
        logs = [TopicPartition(cluster.topic(topic), number) for number in range(partitions)]
        reader.assign(logs)
        ends = await reader.end_offsets(logs)
        for log in logs:
            reader.seek(log, 0)
            while await reader.position(log) < ends[log]:
                found += (await reader.getmany(log, timeout_ms=200)).get(log, [])
    finally:
        await reader.stop()
    return found


async def fed(cluster: Cluster) -> list[FeedItem]:
    """What insight was given, in order."""
    return [FeedItem.from_bytes(one.value) for one in await records(cluster, topics.INSIGHT_FEED.name)]


async def answered(view: CaseView, count: int, seconds: float = 30) -> None:
    """Wait until so many acknowledgements are accepted and nobody waits."""

    async def enough() -> bool:
        counts = await view.counts()
        return bool(
            counts["acknowledged"] == counts["received"] == count and (await view.waiting()).count == 0
        )

    await until(enough, seconds, f"{count} answered cases in the view")


class Worker:
    """One slot: a process that can be started again under the same instance name."""

    def __init__(self, cluster: Cluster, folder: Path, url: str, instance: str = "project-1") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / f"{instance}.txt"
        self._told = {
            "bootstrap": cluster.bootstrap,
            "prefix": cluster.topic_prefix,
            "url": url,
            "instance": instance,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **more: Any) -> "Worker":
        """Start, or start again."""
        command = [
            sys.executable,
            "-m",
            "tests.integration.project.worker",
            json.dumps({**self._told, **more}),
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        return self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def wait(self, seconds: float = 30) -> int:
        """Until it has ended; the exit code."""
        assert self._process is not None
        return self._process.wait(seconds)

    def stop(self) -> int:
        """The graceful way."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill9(self) -> None:
        """The hard way."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self.wait()

    @property
    def said(self) -> str:
        """Its log, over all its lives."""
        return self._log.read_text()
