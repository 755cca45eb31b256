"""The real transactor, and two that leave out what makes it safe: a chaos test must notice the difference."""

import asyncio
import os
import signal
import uuid
from collections.abc import Sequence
from pathlib import Path

from workers.runtime.contract import Output
from workers.runtime.state import POSITION_KEY
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Producer

__all__ = ["Freezing", "FreezingUnfenced", "OffsetsOutside", "SlowToOpen", "Transactor", "Unfenced"]

FREEZE_MARK = "RUNTIME_TEST_FREEZE_MARK"
"""Environment variable: the file whose absence makes a freezing double freeze, once."""

_UNLUCKY = 5


class Unfenced(Transactor):
    """Each producer has an id of its own: a new owner does not fence the old one."""

    def _make(self) -> Producer:
        return self._cluster.transactional_producer(
            f"{self._group}.{uuid.uuid4().hex}", transaction_seconds=20.0
        )


class OffsetsOutside(Transactor):
    """The position is not in the transaction of the outputs, but comes a moment later.

    Every fifth time kill -9 comes in that moment, so that the proof does not hang on luck.
    """

    _commits = 0

    async def commit(self, outputs: Sequence[Output], next_offset: int | None) -> None:
        await super().commit([output for output in outputs if output.key != POSITION_KEY], None)
        self._commits += 1
        if self._commits == _UNLUCKY:
            os.kill(os.getpid(), signal.SIGKILL)
        await super().commit([output for output in outputs if output.key == POSITION_KEY], next_offset)


class Freezing(Transactor):
    """Stops its own process in the worst moment: all is written, nothing is committed."""

    async def _send(self, outputs: Sequence[Output]) -> list["asyncio.Future[object]"]:
        deliveries = await super()._send(outputs)
        await asyncio.gather(*deliveries)
        _freeze_once(Path(os.environ[FREEZE_MARK]))
        return deliveries


class SlowToOpen(Transactor):
    """As with a very large state: opening takes longer than the session lasts."""

    async def open(self) -> None:
        await asyncio.sleep(8)
        await super().open()


def _freeze_once(mark: Path) -> None:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGSTOP)


class FreezingUnfenced(Freezing, Unfenced):
    """The same without fencing."""
