"""`python -m tests.attacks`: run every test that the table names and write docs/attacks.md, if all of them hold."""

import argparse
import subprocess
import sys

from tests.attacks import table


def main() -> int:
    """Run the named tests (Kafka and a mail server included, several minutes), then write the page."""
    argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__).parse_args()
    attacks = table.rows()
    if lost := table.missing(attacks):
        print("named and not there:", *lost, sep="\n  ", file=sys.stderr)
        return 1
    tests = sorted({test for attack in attacks for test in attack.tests})
    ended = subprocess.run([sys.executable, "-m", "pytest", "-q", *tests], cwd=table.ROOT, check=False)
    if ended.returncode:
        print("the page is left as it was: not everything held", file=sys.stderr)
        return 1
    table.PAGE.write_text(table.page(attacks), encoding="utf-8")
    print(f"{len(attacks)} rows hold: {table.PAGE.relative_to(table.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
