"""A group that does not settle: nothing is processed, and nothing says so but this."""

import time
from collections import deque

from workers.runtime.exits import Doubt

_ASSIGNMENTS = 8
_SECONDS = 20.0


class Churn:
    """Counts assignments; two workers under one instance name take the partitions from each other for ever."""

    def __init__(self, instance: str | None) -> None:
        self._instance = instance
        self._recent: deque[float] = deque(maxlen=_ASSIGNMENTS)

    def assigned(self) -> None:
        """Another assignment. Raises Doubt when there were eight within twenty seconds."""
        self._recent.append(time.monotonic())
        if len(self._recent) == _ASSIGNMENTS and self._recent[-1] - self._recent[0] < _SECONDS:
            hint = (
                f"is the instance name {self._instance!r} used twice?"
                if self._instance
                else "who comes and goes?"
            )
            raise Doubt(f"{_ASSIGNMENTS} assignments within {_SECONDS:g} s: {hint}")
