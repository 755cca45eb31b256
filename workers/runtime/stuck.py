"""A consumer that silently stops fetching is the oldest illness of Kafka clients: an idle partition checks
now and then whether the broker has records that never arrived.
"""

import time

from workers.runtime.exits import Doubt, bounded
from workers.storage.kafka import Consumer, TopicPartition

_ANSWER_SECONDS = 10.0


class StuckWatch:
    """`moved` when records came, `look` when none did. Two looks with the same arrears raise Doubt."""

    def __init__(self, consumer: Consumer, source: TopicPartition, seconds: float) -> None:
        self._consumer, self._source, self._seconds = consumer, source, seconds
        self._looked = time.monotonic()
        self._behind_at: int | None = None

    def moved(self) -> None:
        """Records arrived."""
        self._looked, self._behind_at = time.monotonic(), None

    async def look(self) -> None:
        """Compare the position with the end of what is readable, at most once in half the bound."""
        if time.monotonic() - self._looked < self._seconds / 2:
            return
        ends = await bounded(
            self._consumer.end_offsets([self._source]), _ANSWER_SECONDS, "asking for the end of the input"
        )
        position = await bounded(
            self._consumer.position(self._source), _ANSWER_SECONDS, "asking for the position"
        )
        self._looked = time.monotonic()
        if position >= ends[self._source]:
            self._behind_at = None
        elif self._behind_at == position:
            raise Doubt(f"{self._source}: at {position} of {ends[self._source]}, and no record arrives")
        else:
            self._behind_at = position
