"""Whether a group keeps up with a partition, judged without thresholds: the rules of Burrow's evaluator.

Source: Burrow 1.9, "Consumer Lag Evaluation Rules". A verdict needs no number of records that is "too much":
it looks at a sliding window of commits and asks whether they move and whether the lag ever falls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from schemas.operations import Verdict


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: the next offset to read, when it was made, the lag at that moment (None: not known)."""

    offset: int
    at_ms: int
    lag: int | None = None


def evaluate(
    commits: Sequence[Commit], ends: Sequence[int], lag: int, now_ms: int, allowed_lag: int = 0
) -> Verdict:
    """Burrow's word for a group on a partition.

    `commits` are those of the window, oldest first, at least one. `ends` are the partition's ends that were
    seen of late, `lag` the records behind now; up to `allowed_lag` of them are as good as none.
    """
    if lag <= allowed_lag:
        return "OK"
    if stopped(commits, now_ms) and not had_caught_up(commits, ends):
        return "STOP"
    if rewound(commits):
        return "REWIND"
    if any(commit.lag is not None and commit.lag <= allowed_lag for commit in commits):
        return "OK"
    if stalled(commits):
        return "STALL"
    return "WARN" if never_gains(commits) else "OK"


def stopped(commits: Sequence[Commit], now_ms: int) -> bool:
    """The silence since the last commit is longer than the window."""
    return now_ms - commits[-1].at_ms > commits[-1].at_ms - commits[0].at_ms


def had_caught_up(commits: Sequence[Commit], ends: Sequence[int]) -> bool:
    """A recent end of the partition was no further than the last commit."""
    return any(end <= commits[-1].offset for end in ends)


def rewound(commits: Sequence[Commit]) -> bool:
    """The first step back in the window was not made good since."""
    for place, (before, after) in enumerate(pairwise(commits), 1):
        if after.offset < before.offset:
            return all(commit.offset < before.offset for commit in commits[place:])
    return False


def stalled(commits: Sequence[Commit]) -> bool:
    """It commits, and always the same offset."""
    return all(commit.offset == commits[0].offset for commit in commits)


def never_gains(commits: Sequence[Commit]) -> bool:
    """The lag, where known, falls nowhere in the window."""
    lags = [commit.lag for commit in commits if commit.lag is not None]
    return all(after >= before for before, after in pairwise(lags))
