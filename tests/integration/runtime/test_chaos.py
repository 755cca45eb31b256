"""Random accidents, in short; the long form is a command (chaos.py) or a matter of environment variables."""

import os
import random

import pytest

from tests.integration.runtime import chaos

FAULTS = int(os.environ.get("RUNTIME_CHAOS_FAULTS", "8"))
IDS = int(os.environ.get("RUNTIME_CHAOS_IDS", "2000"))
SEED = int(os.environ.get("RUNTIME_CHAOS_SEED", "0")) or random.randrange(1, 10**6)
BROKERS = int(os.environ.get("RUNTIME_CHAOS_BROKERS", "1"))


@pytest.mark.timeout(120 + FAULTS * 15)
def test_nothing_lost_nothing_twice() -> None:
    report = chaos.run(SEED, IDS, FAULTS, brokers=BROKERS)
    print(report)
    assert report.clean, report
    assert sum(report.faults.values()) == FAULTS


@pytest.mark.timeout(240)
def test_three_brokers_fail_over() -> None:
    """Each kill takes leaders and coordinators of groups and transactions with it."""
    report = chaos.run(SEED, 1000, 2, brokers=3, kinds="broker")
    print(report)
    assert report.clean, report
