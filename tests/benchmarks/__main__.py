"""`make bench`: every benchmark in turn, each in a process of its own, one report of ratios and figures.

Nothing here asserts a time; figures of one run on one machine are for comparing within the run.
"""

import json
import subprocess
import sys
import time
from importlib.metadata import version
from os import cpu_count

BENCHMARKS = (
    ("triage against a raw transactional loop", "tests.benchmarks.triage_bench"),
    ("runtime against a raw transactional loop; restart; memory", "tests.benchmarks.runtime_bench"),
    ("HTTP intake against bare Starlette and aiokafka", "tests.benchmarks.front.intake_bench"),
    ("the house at 50 complaints a second", "tests.benchmarks.house_bench"),
    ("letters", "tests.benchmarks.letters_bench"),
    ("mail reading beside the standard library and glue", "tests.benchmarks.mail_reading_bench"),
    ("reconcile over a million deliveries", "tests.benchmarks.reconcile_bench"),
    ("all third-party mails taken in twice", "tests.benchmarks.mail_twice"),
)
LIMIT_SECONDS = 600


def main() -> int:
    """Runs them all; exit code 1 when one did not end well."""
    print(f"{cpu_count()} cores, Python {sys.version.split()[0]}, aiokafka {version('aiokafka')}", flush=True)
    failed = False
    for title, module in BENCHMARKS:
        begin = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", module], capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False
        )
        print(f"\n## {title} ({time.monotonic() - begin:.0f} s)\n    python -m {module}", flush=True)
        failed |= done.returncode != 0
        lines = done.stdout.strip().splitlines()
        print(
            "\n".join(_pretty(line) for line in lines) if done.returncode == 0 else done.stderr[-2000:],
            flush=True,
        )
    return int(failed)


def _pretty(line: str) -> str:
    try:
        return json.dumps(json.loads(line), indent=2)
    except ValueError:
        return line


if __name__ == "__main__":
    sys.exit(main())
