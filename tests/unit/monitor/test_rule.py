"""Verdicts are Burrow's: its own cases, and what each rule says of them alone."""

import pytest

from tests.unit.monitor.burrow import CASES, Case, commit, steps
from workers.monitor import rule

cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)


@cases
def test_the_word_is_that_of_burrow(case: Case) -> None:
    word = rule.evaluate(case.commits(), case.ends, case.lag, round(case.now * 1000), case.allowed)
    assert word == case.word


@cases
def test_each_rule_alone(case: Case) -> None:
    commits = case.commits()
    assert rule.stopped(commits, round(case.now * 1000)) == case.stopped
    assert rule.rewound(commits) == case.rewound
    assert rule.stalled(commits) == case.stalled
    assert rule.never_gains(commits) == case.never_gains


def test_a_lag_that_only_grows_is_a_warning() -> None:
    growing = [commit(*row) for row in steps(range(1000, 1500, 100), (10, 20, 20, 40, 80))]
    assert rule.evaluate(growing, [2000], 80, 600_000) == "WARN"


def test_a_lag_that_falls_once_is_fine() -> None:
    working = [commit(*row) for row in steps(range(1000, 1500, 100), (10, 20, 19, 40, 80))]
    assert rule.evaluate(working, [2000], 80, 600_000) == "OK"
