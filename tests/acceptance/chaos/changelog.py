"""A stage's changelog is deleted under it: it must refuse to go on, and go on when its copy is back."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from tests.acceptance.chaos.kafka import Entry, everything, producer

CHANGELOGS = {
    "work-triage": ("triage.cases", "triage.seen"),
    "work-letters": ("letters.ledger",),
    "work-normalise": ("normalise.positions",),
}
REFUSED = b"its changelog no longer says so"
_SECONDS = 20.0
_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Copy:
    """What is needed to bring topics back: their names, partitions and settings, and their records."""

    topics: Sequence[NewTopic]
    entries: Sequence[Entry]


class Changelogs:
    """Topics of the cluster at `bootstrap`, taken away and brought back with everything that was in them."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = AdminClient({"bootstrap.servers": bootstrap})

    def copy(self, topics: Sequence[str]) -> Copy:
        """The topics as they are, with all their records in order; raises KafkaException."""
        known = self._admin.list_topics(timeout=_SECONDS).topics
        fresh = [
            NewTopic(
                name,
                len(known[name].partitions),
                len(known[name].partitions[0].replicas),
                config=self._set(name),
            )
            for name in topics
        ]
        return Copy(fresh, list(everything(self._bootstrap, lambda name: name in topics)))

    def empty(self, copy: Copy) -> None:
        """Delete the topics and make them anew, with the same partitions and settings; raises KafkaException."""
        names = [one.topic for one in copy.topics]
        for done in self._admin.delete_topics(names, operation_timeout=_SECONDS).values():
            done.result(_SECONDS)
        for topic in copy.topics:
            self._make(topic)

    def restore(self, copy: Copy) -> None:
        """Every record where it was, however often the cluster is away meanwhile: other faults go on beside this one.

        Raises KafkaException when it did not take them for minutes. A record that came twice changes nothing in a
        compacted topic, for all of them come again in their order.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                there = self._admin.list_topics(timeout=_SECONDS).topics
                for topic in copy.topics:
                    if topic.topic not in there:
                        self._make(topic)
                self._produce(copy.entries)
                return
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1)

    def _produce(self, entries: Sequence[Entry]) -> None:
        out = producer(self._bootstrap)
        refused: list[object] = []
        for one in entries:
            out.produce(
                one.topic,
                one.value,
                one.key,
                one.partition,
                on_delivery=lambda error, _: _note(error, refused),
            )
            out.poll(0)
        if out.flush(_SECONDS) or refused:
            raise KafkaException(f"{len(refused)} records were not taken back: {refused[:1]}")

    def _make(self, topic: NewTopic) -> None:
        """A topic that is just being deleted cannot be made for a moment."""
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                self._admin.create_topics([topic])[topic.topic].result(_SECONDS)
                return
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def _set(self, topic: str) -> dict[str, str]:
        resource = ConfigResource(ResourceType.TOPIC, topic)
        told = self._admin.describe_configs([resource])[resource].result(_SECONDS)
        return {name: one.value for name, one in told.items() if not one.is_default and one.source == 1}


def _note(error: object, refused: list[object]) -> None:
    if error is not None:
        refused.append(error)
