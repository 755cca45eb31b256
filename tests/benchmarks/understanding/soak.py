"""Memory over a long run: `python -m tests.benchmarks.understanding_soak [TEXTS]`; a million takes minutes.

Texts are made up, with words that no text had before, which is what makes a vocabulary grow.
"""

import random
import sys
from collections.abc import Iterator

import psutil

from classifiers.contract import Text
from classifiers.registry import load
from classifiers.similarity.store import NearTexts

STEP = 20_000
TEXTS = 100_000


def texts(count: int) -> Iterator[Text]:
    """Short complaints, each with words of its own."""
    chance = random.Random(1)
    for number in range(count):
        strange = " ".join(f"w{chance.getrandbits(40):x}" for _ in range(5))
        yield Text(f"My order {number} of {strange} has not arrived and nobody answers. I want a refund.")


def main(count: int) -> None:
    """Print the resident memory after each step, in MB, for the pack and for the store of near texts."""
    pack, process = load("finance"), psutil.Process()
    stream = texts(count)
    for done in range(0, count, STEP):
        for _ in range(STEP // 1_000):
            pack.assess(next(stream) for _ in range(min(1_000, count)))
        print(f"{done + STEP:>9} texts assessed  {process.memory_info().rss / 1e6:8.0f} MB", flush=True)
    store = NearTexts()
    print(f"store for {store.window:,} texts: {store.bytes / 1e6:.0f} MB when full", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TEXTS)
