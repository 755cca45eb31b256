"""The last million texts, in packed arrays: which of them is nearly the same as this one?

Everything is a ring. Chains of the hash tables run from the newest text to older ones and end at the first that has
left the window, so nothing is ever unlinked. Shingles are kept as 16 bits each: two texts of 200 runs agree by chance
in half a run, which moves the Jaccard index by a thousandth.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.similarity.compare import DUPLICATE
from classifiers.similarity.minhash import BANDS, band_keys
from classifiers.similarity.shingles import shingles_of

WINDOW = 1_000_000
RUNS_EACH = 192
"""Runs that the pool holds for each text, on average; of longer texts the window holds fewer."""
LONGEST = 4_000
_BUCKET_BITS = 20
_STEPS = 32
"""How far back a chain is followed. A template letter fills its bucket; its newest copies are enough to know it."""
_CANDIDATES = 24
_NOBODY = 0
_TAG_SHIFT = np.uint64(56)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text in the window: its number, as `add` gave it, and the Jaccard index."""

    number: int
    score: float


class NearTexts:
    """Add texts, and get the near ones that came before. Numbers count from 1 and are never given twice."""

    def __init__(self, window: int = WINDOW) -> None:
        self._window = window
        self._added = 0
        self._heads = np.zeros((BANDS, 1 << _BUCKET_BITS), np.uint32)
        self._older = np.zeros((BANDS, window), np.uint32)
        self._tags = np.zeros((BANDS, window), np.uint8)
        self._pool = np.zeros(window * RUNS_EACH, np.uint16)
        self._written = 0
        self._starts = np.zeros(window, np.int64)
        self._sizes = np.zeros(window, np.int32)
        self._bands = np.arange(BANDS)

    def __len__(self) -> int:
        """How many texts the window holds now."""
        return min(self._added, self._window)

    @property
    def window(self) -> int:
        """How many texts it holds when full."""
        return self._window

    @property
    def bytes(self) -> int:
        """Memory of all arrays when the window is full; the system gives it as it is written."""
        arrays = (self._heads, self._older, self._tags, self._pool, self._starts, self._sizes)
        return sum(array.nbytes for array in arrays)

    def add(self, text: str, least: float = DUPLICATE) -> tuple[int, list[Neighbour]]:
        """Number of the text, and its neighbours of at least this Jaccard index, nearest first.

        A text without words is numbered, but neither found nor kept. Wrong by chance: one near text in 250 is missed.
        """
        shingles = shingles_of(text)[:LONGEST]
        if not len(shingles):
            return self._claim(np.zeros(0, np.uint16)), []
        keys = band_keys(shingles)
        short = np.unique(shingles.astype(np.uint16))
        found = [Neighbour(number, score) for number, score in self._scored(keys, short) if score >= least]
        number = self._claim(short)
        self._link(number, keys)
        return number, sorted(found, key=lambda one: (-one.score, -one.number))

    def _scored(self, keys: NDArray[np.uint64], short: NDArray[np.uint16]) -> Iterator[tuple[int, float]]:
        mine = np.zeros(1 << 16, bool)
        mine[short] = True
        for number in self._candidates(keys):
            slot = number % self._window
            start, size = int(self._starts[slot]), int(self._sizes[slot])
            if start < self._written - len(self._pool):
                continue
            other = self._pool[start % len(self._pool) :][:size]
            shared = np.count_nonzero(mine[other])
            yield number, float(shared / (len(short) + size - shared))

    def _candidates(self, keys: NDArray[np.uint64]) -> list[int]:
        tags = (keys >> _TAG_SHIFT).astype(np.uint8)
        numbers = self._heads[self._bands, self._buckets(keys)].astype(np.int64)
        oldest = self._added - self._window
        bands, found = self._bands, set[int]()
        for _ in range(_STEPS):
            alive = (numbers != _NOBODY) & (numbers > oldest)
            if not alive.any():
                break
            bands, numbers = bands[alive], numbers[alive]
            slots = numbers % self._window
            found.update(numbers[self._tags[bands, slots] == tags[bands]].tolist())
            numbers = self._older[bands, slots].astype(np.int64)
        return sorted(found, reverse=True)[:_CANDIDATES]

    def _claim(self, short: NDArray[np.uint16]) -> int:
        """Take the next number and write the runs; a text never wraps round the pool's end."""
        self._added += 1
        room = len(self._pool) - self._written % len(self._pool)
        if len(short) > room:
            self._written += room
        place, slot = self._written % len(self._pool), self._added % self._window
        self._pool[place : place + len(short)] = short
        self._starts[slot], self._sizes[slot] = self._written, len(short)
        self._written += len(short)
        return self._added

    def _link(self, number: int, keys: NDArray[np.uint64]) -> None:
        buckets, slot = self._buckets(keys), number % self._window
        self._older[:, slot] = self._heads[self._bands, buckets]
        self._tags[:, slot] = keys >> _TAG_SHIFT
        self._heads[self._bands, buckets] = number

    @staticmethod
    def _buckets(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        return (keys & np.uint64((1 << _BUCKET_BITS) - 1)).astype(np.int64)
