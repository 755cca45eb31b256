"""The cases of Burrow's own evaluator tests (1.9), expressed again as data.

Each: commits as (offset, seconds, lag), ends of the partition seen of late, the lag now, the time in seconds,
the lag that is allowed, and what Burrow says of it.
"""

from dataclasses import dataclass
from itertools import starmap

from schemas.operations import Verdict
from workers.monitor.rule import Commit

Row = tuple[int, float, int | None]


@dataclass(frozen=True)
class Case:
    why: str
    rows: tuple[Row, ...]
    ends: tuple[int, ...]
    lag: int
    now: float
    word: Verdict
    allowed: int = 0
    stopped: bool = False
    rewound: bool = False
    stalled: bool = False
    never_gains: bool = True

    def commits(self) -> list[Commit]:
        return list(starmap(commit, self.rows))


def commit(offset: int, seconds: float, lag: int | None) -> Commit:
    return Commit(offset, round(seconds * 1000), lag)


def steps(offsets: range | tuple[int, ...], lags: range | tuple[int, ...]) -> tuple[Row, ...]:
    """A commit every hundred seconds, from 100 on."""
    return tuple(
        (offset, 100.0 * n, lag) for n, (offset, lag) in enumerate(zip(offsets, lags, strict=True), 1)
    )


MOVING = range(1000, 6000, 1000)
STILL = (1000,) * 5
FROM_NONE, FROM_SOME, FROM_MORE = range(0, 250, 50), range(50, 300, 50), range(100, 350, 50)
BACK = steps((1000, 2000, 3000, 2000, 4000), (100, 150, 200, 1250, 300))
BACK_FOR_GOOD = steps((1000, 2000, 3000, 2000, 2500), (100, 150, 200, 1250, 300))
WITH_UNKNOWN = tuple(
    row
    for offset, at, lag in steps(MOVING, FROM_NONE)
    for row in ((offset, at, lag), (offset + 500, at + 50, None))
)
EACH_SECOND = (18.356, 19.362, 20.366, 21.367, 22.370, 23.373, 24.378, 25.379, 26.383, 27.383, 28.383, 29.388,
               30.391, 31.394, 32.397)  # fmt: skip
NEVER_BEHIND = tuple((792748079 + n, 1512224600 + at, 0) for n, at in enumerate(EACH_SECOND))
LATELY_NONE = (792748094, 792748093, 792748093, 792748093)
LONG_BEHIND = (792749024, 792749000, 792748800, 792748600, 792748500)

CASES = (
    Case("no lag at some point", steps(MOVING, FROM_NONE), (5200,), 200, 600, "OK"),
    Case("silent as long as the window, not longer", steps(MOVING, FROM_NONE), (5200,), 200, 900, "OK"),
    Case("silent for longer, though it once had no lag", steps(MOVING, FROM_NONE), (5200,), 200, 1000, "STOP",
         stopped=True),
    Case("silent for longer, always behind", steps(MOVING, FROM_SOME), (5250,), 250, 1000, "STOP", stopped=True),
    Case("stands still, but had no lag", steps(STILL, FROM_NONE), (1200,), 200, 600, "OK", stalled=True),
    Case("stands still, always behind", steps(STILL, FROM_MORE), (1300,), 300, 600, "STALL", stalled=True),
    Case("stands still, the lag too", steps(STILL, (100,) * 5), (1100,), 100, 600, "STALL", stalled=True),
    Case("went back and caught up", BACK, (4300,), 300, 600, "OK", never_gains=False),
    Case("nothing to do now, however silent", steps(MOVING, FROM_SOME), (5250,), 0, 1000, "OK", stopped=True),
    Case("new records that nobody reads", NEVER_BEHIND, LONG_BEHIND, 931, 1512224650, "STOP", stopped=True),
    Case("new records a moment ago", NEVER_BEHIND, LATELY_NONE, 1, 1512224650, "OK", stopped=True),
    Case("a lag that is not known changes nothing", WITH_UNKNOWN, (5700,), 200, 600, "OK"),
    Case("within the allowed lag", ((1000, 100, 2), (2000, 200, 1), (2000, 300, 1)), (2001,), 1, 550, "OK",
         allowed=1, stopped=True, never_gains=False),
    Case("stands still beyond the allowed lag", steps(STILL, FROM_MORE), (1300,), 300, 600, "STALL",
         allowed=99, stalled=True),
    Case("went back and caught up, with an allowed lag", BACK, (4300,), 300, 600, "OK", allowed=99,
         never_gains=False),
    Case("went back and did not catch up", BACK_FOR_GOOD, (4300,), 300, 600, "REWIND", rewound=True,
         never_gains=False),
)  # fmt: skip
