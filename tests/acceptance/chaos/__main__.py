"""`make chaos`: the command line of the long run. Exit code 1 when a promise was broken.

A kind of fault may name its victim: `--kinds kill:work-letters,freeze`. With `--mutant` (names separated by commas)
safeties are left out, and a good run is one that reports what that broke: exit code 1 is then what is wanted.
"""

import argparse
import logging
import random
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.acceptance.chaos.faults import CLUSTERED, KINDS, USUAL
from tests.acceptance.chaos.mutants import EVERY, chosen
from tests.acceptance.chaos.report import Report
from tests.acceptance.chaos.run import Wishes, run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.acceptance.chaos", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--complaints", type=int, default=20_000)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument(
        "--brokers", type=int, choices=(0, 1, 3), default=1, help="beside the house; 0: its own (default 1)"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--seconds", type=float, default=3600.0, help="bound of the whole run (default 3600)")
    parser.add_argument("--mutant", default="", help=f"leave safeties out, of {','.join(EVERY)}")
    parser.add_argument("--kinds", default="", help=f"faults to choose from, of {','.join(KINDS)}")
    parser.add_argument("--report", type=Path, default=Path("build/chaos.json"))
    return parser.parse_args()


def _kinds(told: argparse.Namespace) -> tuple[str, ...]:
    if told.kinds:
        return tuple(told.kinds.split(","))
    brought_out = tuple(kind for mutant in chosen(told.mutant) for kind in mutant.kinds)
    return brought_out or (CLUSTERED if told.brokers > 1 else USUAL)


def main() -> int:
    """Run, tell, and keep the folder with all logs when something was wrong; told to stop, it cleans up as well."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that brokers are away is no news here
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    told = _arguments()
    wishes = Wishes(told.complaints, told.faults, told.seconds, _kinds(told))
    report = Report(told.seed, told.brokers, told.mutant, told.complaints)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        run(folder, report, wishes)
    except KeyboardInterrupt:
        report.trouble.append("told to stop")
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
