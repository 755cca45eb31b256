"""The run of random faults in short, with a seed; and that it would notice a safety left out.

The long form is `make chaos`. The mutants take two to four minutes: `ACCEPTANCE_MUTANTS=1` asks for them; that the
runtime's own safeties are missed when they are gone is shown on every run, in tests/integration/runtime.
"""

import os
from pathlib import Path

import pytest

from tests.acceptance.chaos.mutants import MUTANTS
from tests.acceptance.chaos.report import Report
from tests.acceptance.chaos.run import Wishes, run

SEED = int(os.environ.get("ACCEPTANCE_CHAOS_SEED", "11"))
KINDS = ("kill",) * 5 + ("broker", "freeze:work-normalise")
FAULTS = 7
COMPLAINTS = 120
STANDSTILL_SECONDS = 25.0
"""Enough where what is missing is meant to stay missing."""


@pytest.mark.timeout(600)
def test_nothing_is_lost_nothing_is_double_and_the_books_agree(tmp_path: Path) -> None:
    report = Report(SEED, 1, "", COMPLAINTS)
    run(tmp_path, report, Wishes(COMPLAINTS, FAULTS, 400, KINDS))
    print(report.table())
    assert report.clean, report.table()
    assert (report.heard, report.struck) == (COMPLAINTS, FAULTS)


@pytest.mark.skipif(
    "ACCEPTANCE_MUTANTS" not in os.environ, reason="set ACCEPTANCE_MUTANTS=1: two to four minutes"
)
@pytest.mark.timeout(600)
def test_without_its_safeties_it_loses_and_doubles_and_the_run_says_so(tmp_path: Path) -> None:
    report = Report(SEED, 1, ",".join(MUTANTS), 3 * COMPLAINTS)
    kinds = [kind for mutant in MUTANTS.values() for kind in mutant.kinds]
    run(tmp_path, report, Wishes(3 * COMPLAINTS, 2 * len(kinds), 400, kinds, STANDSTILL_SECONDS))
    print(report.table())
    verdict = report.verdict
    assert verdict is not None
    assert verdict.opened_twice, "without fencing"
    assert verdict.lost, "with the position outside the transaction"
    assert verdict.answered_twice, "without the ledger"
