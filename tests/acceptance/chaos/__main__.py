"""`make chaos`: the command line of the long run. Exit code 1 when a promise was broken."""

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from tests.acceptance.chaos.faults import KINDS, USUAL
from tests.acceptance.chaos.mutants import RUNS
from tests.acceptance.chaos.report import Report
from tests.acceptance.chaos.run import Wishes, run

TARGETS = {
    "": ("", ""), "fencing": ("freeze", "work-triage"), "offsets": ("kill", "work-triage"),
    "ledger": ("kill", "work-letters"),
}  # fmt: skip
"""Mutant → kinds of faults and roles that bring its mistake out."""


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.chaos", description=__doc__)
    parser.add_argument("--complaints", type=int, default=20_000)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--brokers", type=int, choices=(1, 3), default=1)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--seconds", type=float, default=3600.0, help="bound of the whole run (default 3600)")
    parser.add_argument("--mutant", choices=sorted(RUNS), default="", help="leave one safety out")
    parser.add_argument("--kinds", help=f"faults to choose from, of {','.join(KINDS)}")
    parser.add_argument("--roles", help="the only roles to be struck, comma-separated")
    parser.add_argument("--report", type=Path, default=Path("build/chaos.json"))
    return parser.parse_args()


def main() -> int:
    """Run, tell, and keep the folder with all logs when something was wrong."""
    told = _arguments()
    kinds, roles = TARGETS[told.mutant]
    kinds, roles = told.kinds or kinds, told.roles or roles
    wishes = Wishes(
        told.complaints, told.faults, told.seconds,
        kinds.split(",") if kinds else USUAL, roles.split(",") if roles else (),
    )  # fmt: skip
    report = Report(told.seed, told.brokers, told.mutant, told.complaints)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        run(folder, report, wishes)
    finally:
        report.write(told.report)
        print(report.table())
        print(f"{'report':22} {told.report}")
        if report.clean:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"{'logs':22} {folder}")
    return 0 if report.clean else 1


if __name__ == "__main__":
    sys.exit(main())
