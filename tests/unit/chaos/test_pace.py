"""Complaints last as long as the faults: some are always left, and none waits for the last fault."""

import itertools
import time

import pytest

from tests.acceptance.chaos.pace import Pace


@pytest.mark.parametrize("seconds", [2, 10, 40])
def test_complaints_are_spread_over_the_faults_however_long_they_take(
    monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    now, struck, seen = 0.0, 0, [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pace = Pace(1000, 20, lambda: struck)
    while struck < 20:
        now += 1
        struck = int(now / seconds)
        seen.append(pace.allowed())
    assert all(before <= after <= 1000 for before, after in itertools.pairwise(seen))
    assert seen[len(seen) // 2] == pytest.approx(500, rel=0.4)
    assert seen[-1] > 800
    pace.end()
    assert pace.allowed() == float("inf")
