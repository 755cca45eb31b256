"""The last million texts, in packed arrays: which of them is nearly the same as this one?

Candidates share a band (`chains`), and are compared by the runs that are kept of each text. Everything is a ring.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifiers.similarity.chains import Chains
from classifiers.similarity.compare import DUPLICATE
from classifiers.similarity.minhash import band_keys
from classifiers.similarity.runs import Runs, runs_of

WINDOW = 1_000_000
RUNS_EACH = 176
"""Runs that the pool holds for each text, on average; of longer texts the window holds fewer."""
BATCH = 128
_CANDIDATES = 24


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text in the window: its number, as `add` gave it, and the Jaccard index."""

    number: int
    score: float


Near = tuple[int, list[Neighbour]]
"""The number of a text, and its neighbours, nearest first."""


class NearTexts:
    """Add texts, and get the near ones that came before. Numbers count from 1 and are never given twice."""

    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        self._added = 0
        self._chains = Chains(window)
        self._pool = np.zeros(window * RUNS_EACH, np.uint16)
        self._written = 0
        self._starts = np.zeros(window, np.int64)
        self._sizes = np.zeros(window, np.int32)
        self._mine = np.zeros(1 << 16, bool)

    def __len__(self) -> int:
        """How many texts the window holds now."""
        return min(self._added, self._window)

    @property
    def window(self) -> int:
        """How many texts it holds when full."""
        return self._window

    @property
    def newest(self) -> int:
        """The number given last, 0 for none."""
        return self._added

    @property
    def bytes(self) -> int:
        """Memory of all arrays when the window is full; the system gives it as it is written."""
        arrays = (self._pool, self._starts, self._sizes, self._mine)
        return self._chains.bytes + sum(array.nbytes for array in arrays)

    def add(self, texts: Sequence[str], least: float = DUPLICATE) -> list[Near]:
        """Each text's number and its neighbours of at least this Jaccard index, earlier ones of the batch included.

        A text without words is numbered, but neither found nor kept. Wrong by chance: one near text in 250 is missed.
        """
        found: list[Near] = []
        for batch in _batches(texts, min(BATCH, self._window)):
            found += self.add_runs(runs_of(batch), least)
        return found

    def add_runs(self, texts: Sequence[Runs], least: float = DUPLICATE) -> list[Near]:
        """The same for texts that are sets already; at most `window` at once."""
        numbers, worded = self.enter(texts)
        near: list[list[Neighbour]] = [[] for _ in texts]
        for place, others in _grouped(*self._chains.near(numbers[worded], self._added)):
            at = int(worded[place])
            near[at] = self._scored(texts[at], others[:_CANDIDATES], least)
        return list(zip(numbers.tolist(), near, strict=True))

    def enter(self, texts: Sequence[Runs]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Add without looking: the numbers, and which of the texts can be found from now on (they have words)."""
        numbers = np.array([self._claim(runs) for runs in texts], np.int64)
        worded = np.flatnonzero([len(runs) for runs in texts])
        if len(worded):
            self._chains.link(numbers[worded], band_keys([texts[place] for place in worded.tolist()]))
        return numbers, worded

    def _scored(self, runs: Runs, others: NDArray[np.int64], least: float) -> list[Neighbour]:
        slots = others % self._window
        starts, sizes = self._starts[slots], self._sizes[slots]
        kept = starts >= self._written - len(self._pool)
        others, starts, sizes = others[kept], starts[kept] % len(self._pool), sizes[kept]
        if not len(others):
            return []
        self._mine[runs] = True
        ends = np.cumsum(sizes)
        all_of = np.concatenate(
            [self._pool[start : start + size] for start, size in zip(starts, sizes, strict=True)]
        )
        shared = np.add.reduceat(self._mine[all_of], ends - sizes, dtype=np.int64)
        self._mine[runs] = False
        scores = shared / (len(runs) + sizes - shared)
        near = scores >= least
        best = np.argsort(-scores[near], kind="stable")
        found = zip(others[near][best].tolist(), scores[near][best].tolist(), strict=True)
        return [Neighbour(number, score) for number, score in found]

    def _claim(self, runs: Runs) -> int:
        """Take the next number and write the runs; a text never wraps round the pool's end."""
        self._added += 1
        room = len(self._pool) - self._written % len(self._pool)
        if len(runs) > room:
            self._written += room
        place, slot = self._written % len(self._pool), self._added % self._window
        self._pool[place : place + len(runs)] = runs
        self._starts[slot], self._sizes[slot] = self._written, len(runs)
        self._written += len(runs)
        return self._added


def _batches(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


def _grouped(
    places: NDArray[np.int64], numbers: NDArray[np.int64]
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """The numbers of each place."""
    bounds = np.flatnonzero(np.diff(places, prepend=-1, append=-1))
    for start, end in pairwise(bounds.tolist()):
        yield int(places[start]), numbers[start:end]
