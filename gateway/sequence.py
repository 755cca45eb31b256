"""Delivery ids: who took it in, since which start, and the how-many-th; a gap within a start is a loss.

Numbers are given before the first attempt and only when the delivery can be made durable somewhere, so the
numbers of one start are complete but for what was still unconfirmed when the process was killed.
"""

from datetime import datetime

from schemas.errors import Misconfigured


class DeliveryIds:
    """`<instance>-<boot>-<sequence>`: boot is the start's time in hexadecimal milliseconds."""

    def __init__(self, instance: str, started_at: datetime) -> None:
        if not instance or "-" in instance or not instance.isascii() or not instance.isprintable():
            raise Misconfigured("instance", f"{instance!r} must be plain ASCII letters without a hyphen")
        self._prefix = f"{instance}-{int(started_at.timestamp() * 1000):x}-"
        self._given = 0

    def next(self) -> str:
        """The next id; never the same twice, also over restarts."""
        self._given += 1
        return f"{self._prefix}{self._given}"


def split_delivery_id(delivery_id: str) -> tuple[str, str, int] | None:
    """(instance, boot, sequence) of an id of ours; None for anything else."""
    instance, _, rest = delivery_id.partition("-")
    boot, _, sequence = rest.partition("-")
    return (instance, boot, int(sequence)) if sequence.isdecimal() else None
