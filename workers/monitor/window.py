"""The sliding window of one group on one partition: commits as they are heard of, ends as they are measured.

What Burrow leaves open is settled here: an idle partition is OK, a new group is UNKNOWN until there was time
to judge it, and a group that never commits although there is work has stopped.
"""

from collections import deque
from dataclasses import dataclass, field

from schemas.operations import Verdict
from workers.monitor.rule import Commit, evaluate

SECONDS = 15
"""How far the window reaches back: longer than a restart of a worker takes, shorter than patience."""
APART_MS = 1000
"""Commits closer together count as one, the last of them, so that a busy group has a window too."""

FEWEST = 3
"""Commits that the window must hold before they are judged for anything but silence."""

SILENT_MS = SECONDS * 500
"""Silence for less than half a window is no stop, also while the window is not full yet."""


@dataclass(slots=True)
class Window:
    """Fed by `commit` and `end`; `verdict` at any time. Every commit since `since_ms` has been heard of."""

    since_ms: int
    commits: deque[Commit] = field(default_factory=deque)
    ends: deque[tuple[int, int]] = field(default_factory=deque)

    def commit(self, offset: int, at_ms: int, lag: int | None) -> None:
        """A commit was made; older news than the last one is passed over."""
        last = self.commits[-1] if self.commits else None
        if last is not None and at_ms < last.at_ms:
            return
        if last is not None and last.at_ms // APART_MS == at_ms // APART_MS and last.offset <= offset:
            self.commits.pop()
        self.commits.append(Commit(offset, at_ms, lag))

    def end(self, offset: int, at_ms: int) -> None:
        """Where the partition's records ended at a moment."""
        if not self.ends or self.ends[-1] != (at_ms, offset):
            self.ends.append((at_ms, offset))

    def verdict(self, lag: int, now_ms: int) -> Verdict:
        """The word for now; forgets what the window no longer covers, but always keeps the last commit."""
        oldest = now_ms - SECONDS * 1000
        while self.ends and self.ends[0][0] < oldest:
            self.ends.popleft()
        while len(self.commits) > 1 and self.commits[0].at_ms < oldest:
            self.commits.popleft()
        is_young = self.since_ms > oldest
        if lag == 0:
            return "OK"
        if not self.commits:
            return "UNKNOWN" if self.ends or is_young else "STOP"
        if is_young and self.commits[-1].at_ms <= self.since_ms:
            return "UNKNOWN"
        word = evaluate(list(self.commits), [offset for _, offset in self.ends], lag, now_ms)
        if word == "STOP":
            return word if now_ms - self.commits[-1].at_ms >= SILENT_MS else "OK"
        return word if len(self.commits) >= FEWEST else "OK"
