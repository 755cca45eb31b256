"""The run of random faults in short, with a seed; and that it would notice a safety left out.

The long form is `make chaos`. The mutants take two to four minutes: `ACCEPTANCE_MUTANTS=1` asks for them; that the
runtime's own safeties are missed when they are gone is shown on every run, in tests/integration/runtime.
"""

import os
from pathlib import Path

import pytest

from tests.acceptance.chaos.mutants import MUTANTS, chosen
from tests.acceptance.chaos.report import Report
from tests.acceptance.chaos.run import Wishes, run

SEED = int(os.environ.get("ACCEPTANCE_CHAOS_SEED", "11"))
KINDS = (
    *(
        "kill",
        "full disk",
        "run file",
        "logs renamed",
        "blobs away",
        "view removed",
        "spool torn",
        "mail away",
    ),
    "provider errors",
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
    "ACCEPTANCE_MUTANTS" not in os.environ, reason="set ACCEPTANCE_MUTANTS=1: two to four minutes each"
)
@pytest.mark.parametrize(
    "names", [",".join(MUTANTS), "guard", "handed,spool,words,torn", "silent,blob,clock,view,changelog"]
)
@pytest.mark.timeout(600)
def test_without_its_safeties_it_breaks_its_promises_and_the_run_says_so(tmp_path: Path, names: str) -> None:
    report = Report(SEED, 1, names, 3 * COMPLAINTS)
    mutants = chosen(names)
    kinds = [kind for mutant in mutants for kind in mutant.kinds]
    faults = 2 * len(kinds) if names == ",".join(MUTANTS) else len(kinds)
    run(tmp_path, report, Wishes(3 * COMPLAINTS, faults, 400, kinds, STANDSTILL_SECONDS))
    print(report.table())
    missed = [mutant.finding for mutant in mutants if not report.kinds[mutant.finding]]
    assert not missed, report.table()
