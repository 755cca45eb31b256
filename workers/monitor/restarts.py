"""Processes of a consumer group that come, go and come again: a stage that restarts over and over is not well.

A lag that always falls again hides such a stage, since each start works for a moment. Kafka gives every process
that joins a group a new member id, static members included (KIP-345), so a member that is new after another has
gone is a process that was started again.
"""

from collections import deque
from collections.abc import Set
from dataclasses import dataclass, field

WINDOW_MS = 10 * 60_000
"""How far back restarts are counted."""
FEWEST = 3
"""Restarts of a group with one process that are too many. An upgrade restarts each process once."""


@dataclass(slots=True)
class Restarts:
    """Fed with the member ids of one group, look after look."""

    _members: frozenset[str] | None = None
    _gone: deque[int] = field(default_factory=deque)
    _came: deque[int] = field(default_factory=deque)
    _most: int = 1

    def look(self, members: Set[str], now_ms: int) -> None:
        """The group's members at a moment."""
        before, self._members = self._members, frozenset(members)
        self._forget(now_ms)
        self._most = max(self._most, len(members))
        if before is None:
            return
        self._gone.extend([now_ms] * len(before - self._members))
        for _ in self._members - before:
            if self._gone:
                self._gone.popleft()
                self._came.append(now_ms)

    def count(self, now_ms: int) -> int:
        """Restarts in the window."""
        self._forget(now_ms)
        return len(self._came)

    def too_many(self, now_ms: int) -> bool:
        """More than an upgrade of every process, and one mishap, explains."""
        return self.count(now_ms) >= FEWEST + self._most - 1

    def _forget(self, now_ms: int) -> None:
        for moments in (self._gone, self._came):
            while moments and now_ms - moments[0] > WINDOW_MS:
                moments.popleft()
