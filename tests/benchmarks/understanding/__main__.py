"""One table, ours and the baselines in the same run: `python -m tests.benchmarks.understanding [PART…]`.

Needs the folder of public data sets (UNDERSTANDING_DATA, else ../shared/data beside the project). Development halves
only: what is printed here was looked at while the rules were written.
"""

import sys
from collections.abc import Callable, Iterator, Sequence

from tests.benchmarks.understanding.categories import finance
from tests.benchmarks.understanding.dangers import safety
from tests.benchmarks.understanding.kinds import kinds
from tests.benchmarks.understanding.languages import languages
from tests.benchmarks.understanding.near import near_copies
from tests.benchmarks.understanding.odd import odd
from tests.benchmarks.understanding.patients import health
from tests.benchmarks.understanding.posts import posts
from tests.benchmarks.understanding.speed import speed
from tests.benchmarks.understanding.table import Line
from tests.benchmarks.understanding.written import written

PARTS: dict[str, Callable[[], Iterator[Line]]] = {
    "written": written,
    "finance": finance,
    "speed": speed,
    "kinds": kinds,
    "health": health,
    "safety": safety,
    "near": near_copies,
    "languages": languages,
    "posts": posts,
    "odd": odd,
}


def main(chosen: Sequence[str]) -> None:
    """Print the table, part by part."""
    print(f"{'what':<48} {'who':<28} {'figure':<24} wanted")
    for part in chosen or list(PARTS):
        for line in PARTS[part]():
            print(f"{line.what:<48} {line.who:<28} {line.figure:<24} {line.wanted}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
