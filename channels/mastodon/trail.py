"""How far we have read: ids in order, with room for those that become visible late. Pure.

The server hands out ids before it commits, so a smaller id may appear after a larger one. Reading therefore
starts again some seconds behind, and what was already taken is skipped.
"""

import json
from collections import OrderedDict
from dataclasses import asdict, dataclass, replace
from typing import Self

LATE_SECONDS = 30.0
MOST_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Position:
    """Everything up to `id` is durable. Up to `backfill_to` it was there before the first start.

    `taken` names the delivery this position was written with: no two have the same.
    """

    id: str = "0"
    backfill_to: str = "0"
    taken: str = ""

    def text(self) -> str:
        """The position as it is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `text()`."""
        return cls(**json.loads(text))


class Trail:
    """The ids taken lately, each with the time it was taken."""

    def __init__(self, start: Position) -> None:
        self._safe = start
        self._taken: OrderedDict[str, float] = OrderedDict()

    def take(self, notification_id: str, now: float) -> bool:
        """Note an id; False when it was taken before."""
        if notification_id in self._taken:
            return False
        self._taken[notification_id] = now
        return True

    def position(self, now: float, taken: str = "") -> Position:
        """From where reading may go on without missing a late one, after the delivery `taken`."""
        while self._taken:
            oldest, taken_at = next(iter(self._taken.items()))
            if now - taken_at < LATE_SECONDS and len(self._taken) <= MOST_REMEMBERED:
                break
            del self._taken[oldest]
            if order(oldest) > order(self._safe.id):
                self._safe = replace(self._safe, id=oldest)
        return replace(self._safe, taken=taken)


def order(identifier: str) -> tuple[int, str]:
    """Ids are decimal numbers of growing length."""
    return len(identifier), identifier
