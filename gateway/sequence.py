"""Delivery ids: who took it in, since which start, and the how-many-th; a gap within a start is a loss.

Numbers are given before the first attempt and only when the delivery can be made durable somewhere, so the
numbers of one start are complete but for what was still unconfirmed when the process was killed. Which numbers
that may be, each delivery tells of those before it (`settled`).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from schemas.errors import Misconfigured


class DeliveryIds:
    """`<instance>-<boot>-<sequence>`: boot is the start's time in hexadecimal milliseconds. The
    instance may hold hyphens itself, as names of pods do."""

    def __init__(
        self, instance: str, started_at: datetime, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        if not instance or not instance.isascii() or not instance.isprintable():
            raise Misconfigured("GATEWAY_INSTANCE", f"{instance!r} must be plain ASCII letters")
        self._instance, self._clock = instance, clock
        self._boot = int(started_at.timestamp() * 1000)
        self._begin()

    def next(self) -> str:
        """The next id; never the same twice, also over restarts."""
        if self._broken:
            self._boot = max(self._boot + 1, int(self._clock().timestamp() * 1000))
            self._begin()
        self._given += 1
        self._open.add(self._given)
        return f"{self._prefix}{self._given}"

    def end(self, delivery_ids: Iterable[str]) -> None:
        """These are durable."""
        self._open.difference_update(
            int(one.rpartition("-")[2]) for one in delivery_ids if one.startswith(self._prefix)
        )

    def refuse(self) -> None:
        """An id was spent on what was refused: nobody was promised it, so the numbers begin anew behind it.

        Those of before are told settled no further, so that the gap is no loss.
        """
        self._broken = True

    def _begin(self) -> None:
        self._prefix = f"{self._instance}-{self._boot:x}-"
        self._given, self._settled, self._broken = 0, 0, False
        self._open: set[int] = set()

    @property
    def settled(self) -> int:
        """Every number up to this one has come to its end."""
        while self._settled < self._given and self._settled + 1 not in self._open:
            self._settled += 1
        return self._settled


def split_delivery_id(delivery_id: str) -> tuple[str, str, int] | None:
    """(instance, boot, sequence) of an id of ours; None for anything else."""
    rest, _, sequence = delivery_id.rpartition("-")
    instance, _, boot = rest.rpartition("-")
    return (instance, boot, int(sequence)) if instance and sequence.isdecimal() else None
