"""Memory over time: the share by which a process grew in the last part of a run, by a line through its samples."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

Sample = tuple[float, float]
"""Seconds since the begin, megabytes."""


@dataclass(frozen=True, slots=True)
class Growth:
    """`megabytes` at the end; `share` is how much larger than at the begin of the part that was looked at."""

    megabytes: float
    share: float


def growth(samples: Sequence[Sample], last_seconds: float) -> Growth:
    """Of the samples of the last seconds. A line, not two points: one moment's batch is no growth."""
    end = samples[-1][0]
    part = [one for one in samples if one[0] >= end - last_seconds]
    if len(part) < 3:
        return Growth(samples[-1][1], 0.0)
    slope, level = statistics.linear_regression([at for at, _ in part], [size for _, size in part])
    first, last = level + slope * part[0][0], level + slope * part[-1][0]
    return Growth(round(part[-1][1], 1), round((last - first) / first, 4))
