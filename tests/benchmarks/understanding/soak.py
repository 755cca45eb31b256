"""Memory over a long run: `python -m tests.benchmarks.understanding.soak [--documents N]`; a million takes minutes.

Texts are made up, with words that no text had before, which is what makes a vocabulary grow. Ends with 1 when the
memory has grown by more than a twentieth after the first step, or the vocabulary by a single word.
"""

import random
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import islice

import psutil

from classifiers.contract import Text
from classifiers.registry import load

STEPS = 10
DOCUMENTS = 100_000
BATCH = 1_000
GROWTH = 1.05


def texts(count: int) -> Iterator[Text]:
    """Short complaints, each with words of its own."""
    chance = random.Random(1)
    for number in range(count):
        strange = " ".join(f"w{chance.getrandbits(40):x}" for _ in range(5))
        yield Text(f"My order {number} of {strange} has not arrived and nobody answers. I want a refund.")


def main(documents: int) -> int:
    """Print resident memory and vocabulary after each step; whether both stayed flat."""
    pack, process = load("finance"), psutil.Process()
    stream = texts(documents)
    seen: list[tuple[float, int]] = []
    for step in range(STEPS):
        for _ in range(0, documents // STEPS, BATCH):
            pack.assess(islice(stream, BATCH))
        seen.append((process.memory_info().rss / 1e6, len(pack.nlp.vocab.strings)))
        done = (step + 1) * documents // STEPS
        print(f"{done:>9} texts  {seen[-1][0]:8.0f} MB  {seen[-1][1]:8} words", flush=True)
    flat = seen[-1][0] <= GROWTH * seen[0][0] and seen[-1][1] == seen[0][1]
    print("flat" if flat else "grows")
    return 0 if flat else 1


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    sys.exit(main(parser.parse_args().documents))
