"""Delivery ids: who took it in, since which start, and the how-many-th; a gap within a start is a loss.

Numbers are given before the first attempt and only when the delivery can be made durable somewhere, so the
numbers of one start are complete but for what was still unconfirmed when the process was killed. Which numbers
that may be, each delivery tells of those before it (`settled`).
"""

from collections.abc import Iterable
from datetime import datetime

from schemas.errors import Misconfigured


class DeliveryIds:
    """`<instance>-<boot>-<sequence>`: boot is the start's time in hexadecimal milliseconds. The
    instance may hold hyphens itself, as names of pods do."""

    def __init__(self, instance: str, started_at: datetime) -> None:
        if not instance or not instance.isascii() or not instance.isprintable():
            raise Misconfigured("GATEWAY_INSTANCE", f"{instance!r} must be plain ASCII letters")
        self._prefix = f"{instance}-{int(started_at.timestamp() * 1000):x}-"
        self._given = 0
        self._settled = 0
        self._open: set[int] = set()

    def next(self) -> str:
        """The next id; never the same twice, also over restarts."""
        self._given += 1
        self._open.add(self._given)
        return f"{self._prefix}{self._given}"

    def end(self, delivery_ids: Iterable[str]) -> None:
        """These are durable, or were refused."""
        self._open.difference_update(int(one.rpartition("-")[2]) for one in delivery_ids)

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
