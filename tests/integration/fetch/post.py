"""A worker slot of the fetch stage, what it is asked for, and what it tells."""

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from schemas import cloudevents, topics
from schemas.media import MEDIA_WANTED, AttachmentNews, MediaWanted
from schemas.message import MediaReference
from workers.storage.kafka import Cluster, TopicPartition
from workers.storage.kafka_topics import TopicFacts, create_topics

PARTITIONS = 2
TOPICS = (topics.MEDIA_WANTED, topics.MEDIA_LEDGER, topics.MESSAGES, topics.DEAD_LETTERS)


async def make_topics(cluster: Cluster) -> None:
    """What the stage reads and writes."""
    await create_topics(cluster, [TopicFacts(one.name, PARTITIONS, 1, one.configs()) for one in TOPICS])


def wish(number: int, url: str, **words: Any) -> MediaWanted:
    """One picture of one person."""
    return MediaWanted.model_validate(
        {
            "wanted_id": f"{number:032x}",
            "reference": f"CASE-{number}",
            "person_key": f"person-{number % 7}",
            "identity": f"{number:032x}",
            "channel": "mastodon",
            "media": MediaReference(url=url, media_type="image"),
            "at": datetime.now(UTC),
            **words,
        }
    )


async def ask(cluster: Cluster, wishes: Iterable[MediaWanted]) -> None:
    """Write wishes as triage does."""
    producer = cluster.producer()
    try:
        await producer.start()
        for one in wishes:
            headers = list(cloudevents.headers(MEDIA_WANTED, one.wanted_id, "/test", one.at))
            name = cluster.topic(topics.MEDIA_WANTED.name)
            await producer.send(name, one.to_bytes(), key=one.person_key.encode(), headers=headers)
        await producer.flush()
    finally:
        await producer.stop()


async def told(cluster: Cluster, count: int, seconds: float = 40) -> list[AttachmentNews]:
    """At least so many news, and those that follow within half a second."""
    reader = cluster.reader()
    found: list[AttachmentNews] = []
    deadline = time.monotonic() + seconds
    try:
        await reader.start()
        logs = [TopicPartition(cluster.topic(topics.MESSAGES.name), number) for number in range(PARTITIONS)]
        reader.assign(logs)
        await reader.seek_to_beginning(*logs)
        quiet = False
        while len(found) < count or not quiet:
            got = await reader.getmany(*logs, timeout_ms=500)
            quiet = not got
            found += [
                AttachmentNews.from_bytes(record.value) for records in got.values() for record in records
            ]
            assert time.monotonic() < deadline, f"{len(found)} of {count} news within {seconds} s"
    finally:
        await reader.stop()
    return found


class Worker:
    """One slot: a process that can be killed and started again under the same instance name."""

    def __init__(self, cluster: Cluster, folder: Path, provider: str, settings: dict[str, object]) -> None:
        self.folder = folder
        self._told = {
            "bootstrap": cluster.bootstrap,
            "prefix": cluster.topic_prefix,
            "folder": str(folder),
            "provider": provider,
            "settings": {"retry_first_seconds": 0.2, **settings},
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Worker":
        """Start, or start again."""
        command = [sys.executable, "-m", "tests.integration.fetch.worker", json.dumps(self._told)]
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        return self

    def kill9(self) -> None:
        """The hard way."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """The graceful way; answers the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(30)
