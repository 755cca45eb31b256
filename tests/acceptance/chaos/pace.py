"""How fast a crowd complains: so that complaints last as long as the faults, and no fault meets an idle house."""

import time
from collections.abc import Callable

_FIRST_GUESS_SECONDS = 20.0
_LAST_FAULT_SHARE = 0.5


class Pace:
    """`allowed()` grows with time. `struck` tells how many of `faults` there were; the rest of the complaints is
    spread over as long as the faults that are left will take, by the mean of those that were."""

    def __init__(self, complaints: int, faults: int, struck: Callable[[], int]) -> None:
        self._complaints, self._faults, self._struck = complaints, faults, struck
        self._began = self._looked = time.monotonic()
        self._allowed = 0.0
        self._over = False

    def allowed(self) -> float:
        """How many complaints may have begun by now."""
        now = time.monotonic()
        if self._over:
            return float("inf")
        self._allowed += (now - self._looked) * (self._complaints - self._allowed) / self._left(now)
        self._looked = now
        return self._allowed

    def end(self) -> None:
        """No more faults: the rest may come at once."""
        self._over = True

    def _left(self, now: float) -> float:
        struck = self._struck()
        mean = (now - self._began) / struck if struck else _FIRST_GUESS_SECONDS
        return mean * max(_LAST_FAULT_SHARE, self._faults - struck)
