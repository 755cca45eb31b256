"""`python -m tests.fuzz [NAME …] [--seconds N] [--seed N]`: hostile input for every parser, each for N seconds.

Prints what raised something untyped or took longer than its budget (as bytes to put into a test) and ends with 1
when there was any. The same seed damages the same way; third-party material joins in when it is beside the
checkout.
"""

import argparse
import logging
import random
import sys
import time
import traceback

from tests.fuzz import house, mails, providers, stages
from tests.fuzz.damage import damaged
from tests.fuzz.target import Target

MOST_SECONDS = 0.5
"""CPU time for one input; those of the seeds are at most 60 KB."""
SHOWN_FINDS = 3
TARGETS = (*mails.TARGETS, *providers.TARGETS, *house.TARGETS, *stages.TARGETS)


def main() -> int:
    """Damage, read, look."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", help="targets that begin so; all of them without a name")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each target")
    parser.add_argument(
        "--inputs", type=int, default=0, help="so many for each target, however long it takes"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    chosen = [one for one in TARGETS if not asked.names or one.name.startswith(tuple(asked.names))]
    found = sum(_run(target, asked.seconds, asked.inputs, random.Random(asked.seed)) for target in chosen)
    print(f"{len(chosen)} parsers: {found} inputs not survived")
    return 1 if found or not chosen else 0


def _run(target: Target, seconds: float, inputs: int, chance: random.Random) -> int:
    count = found = 0
    for raw in target.seeds:
        found += not _held(target, raw, found)
    end = time.monotonic() + seconds
    while count < inputs if inputs else time.monotonic() < end:
        count += 1
        found += not _held(target, damaged(chance, chance.choice(target.seeds), target.tokens), found)
    print(
        f"{target.name:24} {count:7} inputs from {len(target.seeds):3} seeds: {found} not survived",
        flush=True,
    )
    return found


def _held(target: Target, raw: bytes, before: int) -> bool:
    started = time.process_time()
    try:
        target.survives(raw)
    except Exception:  # noqa: BLE001 - whatever is untyped is the find
        if before < SHOWN_FINDS:
            print(f"{target.name}: {traceback.format_exc()}\n{raw[:3000]!r}")
        return False
    seconds = time.process_time() - started
    if seconds > MOST_SECONDS and before < SHOWN_FINDS:
        print(f"{target.name}: {seconds:.2f} s for {len(raw)} bytes\n{raw[:3000]!r}")
    return seconds <= MOST_SECONDS


if __name__ == "__main__":
    sys.exit(main())
