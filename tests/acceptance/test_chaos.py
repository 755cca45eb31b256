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
KINDS = (
    *("kill", "pair", "full disk", "run file", "logs renamed", "blobs away", "view removed"),
    *("mail away", "provider errors", "clock", "twin"),
)
FAULTS = len(KINDS)
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
    assert min(report.repeated, report.redelivered, report.replied, report.outcomes) > 0


@pytest.mark.skipif(
    "ACCEPTANCE_MUTANTS" not in os.environ, reason="set ACCEPTANCE_MUTANTS=1: two to four minutes"
)
@pytest.mark.timeout(600)
def test_without_its_safeties_it_loses_and_doubles_and_the_run_says_so(tmp_path: Path) -> None:
    report = Report(SEED, 1, ",".join(MUTANTS), 3 * COMPLAINTS)
    kinds = [kind for mutant in MUTANTS.values() for kind in mutant.kinds]
    run(tmp_path, report, Wishes(3 * COMPLAINTS, 2 * len(kinds), 400, kinds, STANDSTILL_SECONDS))
    print(report.table())
    assert report.kinds["opened twice"], "without fencing"
    assert report.kinds["lost"], "with the position outside the transaction"
    assert report.kinds["answered twice"], "without the ledger"
