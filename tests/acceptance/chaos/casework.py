"""A case system during a run: reads every queue, takes some cases up and answers them, and says each thing twice."""

import json
import threading
import time
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from confluent_kafka import KafkaException, Producer

from tests.acceptance.chaos.kafka import Entry, Reader, producer
from tests.acceptance.chaos.sayings import MARKER

EVERY = 4
"""Every so many-th case is worked on."""
STEPS = ("taken_up", "responded")
SKEW = timedelta(days=20 * 365)
_BETWEEN_SECONDS = 5.0
_LOOK_SECONDS = 5.0
_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """One outcome that the cluster took: `skewed` was stamped years ahead."""

    reference: str
    outcome_id: str
    at: float
    skewed: bool


class CaseSystem:
    """Works in a thread of its own while the block is open. `skewed`: its clock is wrong for now."""

    def __init__(self, bootstrap: str) -> None:
        self._reader = Reader(bootstrap, lambda name: name.startswith("queue."))
        self._producer = producer(bootstrap)
        self._due: deque[tuple[float, dict[str, Any]]] = deque()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="case system")
        self._opened = 0
        self.skewed = False
        self.skews = 0
        """How often it has said something with a wrong clock."""
        self.said: dict[tuple[str, str], Said] = {}
        self.owners: dict[str, int] = {}
        """Reference → the number of the complaint that opened it."""

    def __enter__(self) -> "CaseSystem":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()
        self._reader.close()

    def finish(self) -> None:
        """Say what is due, and nothing more after that."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.wait(_PAUSE_SECONDS):
            try:
                for entry in self._reader.news(_LOOK_SECONDS):
                    self._take(entry)
            except KafkaException:
                continue  # away; it goes on where it was
            while self._due and self._due[0][0] < time.monotonic():
                self._say(self._producer, self._due.popleft()[1])
            self._producer.flush(1)
        self._producer.flush(12)

    def _take(self, entry: Entry) -> None:
        event = entry.told()
        if event["type"] != "complaint.opened":
            return
        self._opened += 1
        marker = MARKER.search(json.dumps(event.get("message") or {}))
        if marker is not None and marker.group(1) == "number":
            self.owners[event["reference"]] = int(marker.group(2))
        if self._opened % EVERY == 0:
            known = {"reference": event["reference"], "case_key": event["case_key"], "by": "chaos"}
            for number, step in enumerate(STEPS):
                word = {**known, "type": step, "outcome_id": f"{step}-{event['reference']}"}
                self._due.append((time.monotonic() + number * _BETWEEN_SECONDS, word))
            self._due = deque(sorted(self._due, key=lambda one: one[0]))

    def _say(self, out: Producer, word: dict[str, Any]) -> None:
        now, skewed = datetime.now(UTC), self.skewed
        value = json.dumps({**word, "at": (now + SKEW if skewed else now).isoformat()}).encode()
        said = Said(word["reference"], word["outcome_id"], now.timestamp(), skewed)

        def taken(error: object, _: object) -> None:
            if error is None:
                self.skews += skewed
                self.said[said.reference, said.outcome_id] = said

        for _ in range(2):
            out.produce("outcomes", value, key=word["reference"].encode(), on_delivery=taken)
