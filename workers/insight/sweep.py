"""Which buckets may go: asked with every event, answered at most once a minute."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from workers.insight import rule

EVERY = timedelta(minutes=1)


class Sweep:
    """Remembers when the buckets were last looked through, so that a busy feed does not look each time."""

    def __init__(self, thresholds: rule.Thresholds) -> None:
        self._thresholds = thresholds
        self._next: datetime | None = None

    def due(self, keys: Iterable[str], now: datetime) -> list[str]:
        """The keys of buckets that can no longer change; none before a minute has passed since the last look.

        A clock that was set back does not hold the next look up for longer than that minute.
        """
        if self._next is not None and self._next - EVERY <= now < self._next:
            return []
        self._next = now + EVERY
        return [key for key in keys if rule.expired(key, now, self._thresholds)]
