"""Kafka as case systems and auditors read it: by librdkafka, a client that the product does not use."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

LOOK_SECONDS = 60.0
_QUIET = logging.getLogger("librdkafka")
_QUIET.disabled = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One record; `at` in seconds since 1970."""

    topic: str
    key: bytes | None
    value: bytes | None
    at: float
    partition: int = 0

    def told(self) -> dict[str, Any]:
        """The value as the JSON object that it is."""
        told: dict[str, Any] = json.loads(self.value or b"{}")
        return told


@dataclass(slots=True)
class Reader:
    """All committed records of the topics that `wanted` chooses, from the first one on; what was read is not read
    again by the next `news`."""

    bootstrap: str
    wanted: Callable[[str], bool]
    _consumer: Consumer | None = field(default=None, init=False)
    _ended: set[tuple[str, int]] = field(default_factory=set, init=False)

    def news(self, seconds: float = LOOK_SECONDS) -> Iterator[Entry]:
        """What came since; raises KafkaException when the cluster is away for so long."""
        consumer = self._opened()
        parts = {(one.topic, one.partition) for one in consumer.assignment()}
        ended = self._ended
        deadline = time.monotonic() + seconds
        while True:
            if time.monotonic() > deadline:
                if ended >= parts:  # news come faster than they are read
                    return
                raise KafkaException(f"the end of {sorted(parts - ended)} was not reached in {seconds:g} s")
            record = consumer.poll(0.3)
            if record is None:
                if ended >= parts:
                    return
                continue
            error = record.error()
            part = (str(record.topic()), int(record.partition() or 0))
            if error is None:
                at = record.timestamp()[1] / 1000
                yield Entry(part[0], _bytes(record.key()), _bytes(record.value()), at, part[1])
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(part)

    def close(self) -> None:
        """Give the connections back."""
        if self._consumer is not None:
            self._consumer.close()
            self._consumer = None

    def _opened(self) -> Consumer:
        if self._consumer is None:
            consumer = Consumer(
                {
                    "bootstrap.servers": self.bootstrap, "group.id": "auditor", "enable.auto.commit": False,
                    "isolation.level": "read_committed", "enable.partition.eof": True,
                },
                logger=_QUIET,
            )  # fmt: skip
            topics = consumer.list_topics(timeout=10).topics
            consumer.assign(
                [
                    TopicPartition(name, part, OFFSET_BEGINNING)
                    for name, topic in topics.items()
                    if self.wanted(name)
                    for part in topic.partitions
                ]
            )
            self._consumer = consumer
        return self._consumer


def _bytes(part: str | bytes | None) -> bytes | None:
    return part.encode() if isinstance(part, str) else part


def everything(bootstrap: str, wanted: Callable[[str], bool]) -> Iterator[Entry]:
    """From the first record to the end; raises KafkaException."""
    reader = Reader(bootstrap, wanted)
    try:
        yield from reader.news()
    finally:
        reader.close()


def producer(bootstrap: str) -> Producer:
    """Idempotent, and gives up after ten seconds."""
    return Producer(
        {"bootstrap.servers": bootstrap, "enable.idempotence": True, "message.timeout.ms": 10_000},
        logger=_QUIET,
    )
