"""`python -m tests.corpora [KIND …] [--failures] [--by class|source]`: the table, and 1 when a bar is missed."""

import argparse
import sys

from tests.corpora import cases, material, report
from tests.corpora.scored import SCORED


def main() -> int:
    """Score what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpora", description=__doc__)
    parser.add_argument("kinds", nargs="*", help="kinds to score, or `cases`; all of them without a name")
    parser.add_argument("--failures", metavar="METRIC", help="print what failed in this metric")
    parser.add_argument("--by", choices=["class", "source"], help="one more table, divided")
    asked = parser.parse_args()
    return max(_corpora(asked), 0 if asked.kinds else cases.table())


def _corpora(asked: argparse.Namespace) -> int:
    if asked.kinds == ["cases"]:
        return cases.table()
    if not material.FOLDER.is_dir():
        print("skipped: ../shared/corpora is not beside this checkout")
        return 0
    checks = [check for kind in asked.kinds or material.kinds() for check in SCORED[kind]()]
    if asked.failures:
        report.failures(checks, asked.failures)
    if asked.by:
        report.divided(checks, asked.by)
    return report.table(checks)


if __name__ == "__main__":
    sys.exit(main())
