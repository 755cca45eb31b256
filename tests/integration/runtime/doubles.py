"""The real transactor, and two that leave out what makes it safe: a chaos test must notice the difference."""

import uuid
from collections.abc import Sequence

from workers.runtime.contract import Output
from workers.runtime.state import POSITION_KEY
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Consumer, Producer

__all__ = ["OffsetsOutside", "Transactor", "Unfenced"]


class Unfenced(Transactor):
    """Each producer has an id of its own: a new owner does not fence the old one."""

    def _make(self) -> Producer:
        return self._cluster.transactional_producer(
            f"{self._group}.{uuid.uuid4().hex}", transaction_seconds=20.0
        )


class OffsetsOutside(Transactor):
    """The position is committed after the transaction, and not in it."""

    async def commit(self, outputs: Sequence[Output], next_offset: int | None) -> None:
        await super().commit([output for output in outputs if output.key != POSITION_KEY], None)
        if next_offset is None:
            return
        consumer: Consumer = self._cluster.reader(group=self._cluster.plain(self._group))
        try:
            await consumer.start()
            consumer.assign([self._source])
            await consumer.commit({self._source: next_offset})
        finally:
            await consumer.stop()
