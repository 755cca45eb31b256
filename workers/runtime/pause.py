"""Waiting for what is away: longer each time, with jitter, so that partitions do not knock in step."""

import random
import time

from schemas.errors import Unavailable, Unsupported


class Pause:
    """The back-off of one partition. Seconds double from the first to the last of `bounds`."""

    def __init__(self, bounds: tuple[float, float]) -> None:
        self._first, self._last = bounds
        self._tries = 0
        self._until = 0.0

    def begin(self, error: Unavailable | Unsupported) -> float:
        """Start or lengthen the pause; answers its seconds. The other side's own wish counts if longer."""
        wish = error.retry_after if isinstance(error, Unavailable) else None
        seconds = min(self._last, self._first * 2.0**self._tries) * random.uniform(0.5, 1.0)
        seconds = max(seconds, wish or 0.0)
        self._tries = min(self._tries + 1, 30)
        self._until = time.monotonic() + seconds
        return seconds

    def end(self) -> None:
        """What was away is back."""
        self._tries, self._until = 0, 0.0

    @property
    def active(self) -> bool:
        """Whether the last try met something that is away."""
        return self._tries > 0

    @property
    def remaining(self) -> float:
        """Seconds until the next try, 0 when it is due or there is no pause."""
        return max(0.0, self._until - time.monotonic())
