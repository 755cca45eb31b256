"""Hash tables of the bands, as rings of the last `window` texts: who shares a band with whom.

A chain of a bucket runs from its newest text to older ones and ends at the first that has left the window, so
nothing is ever unlinked.
"""

import numpy as np
from numpy.typing import NDArray

from classifiers.similarity.minhash import BANDS

Keys = NDArray[np.uint32]

_MOST_BITS, _LEAST_BITS = 20, 8
_STEPS = 32
"""How far back a chain is followed. A template letter fills its bucket; its newest copies are enough to know it."""
_TAG_SHIFT = np.uint32(24)
_NOBODY = 0


class Chains:
    """Numbers of texts count from 1; each batch goes on where the last one ended."""

    def __init__(self, window: int) -> None:
        self._window = window
        bits = min(max(window.bit_length(), _LEAST_BITS), _MOST_BITS)
        self._mask = np.uint32((1 << bits) - 1)
        self._heads = np.zeros((BANDS, 1 << bits), np.uint32)
        self._older = np.zeros((window, BANDS), np.uint32)
        self._tags = np.zeros((window, BANDS), np.uint8)
        self._bands = np.arange(BANDS)

    @property
    def bytes(self) -> int:
        """Memory of the arrays once they are written."""
        return self._heads.nbytes + self._older.nbytes + self._tags.nbytes

    def link(self, numbers: NDArray[np.int64], keys: Keys) -> None:
        """Put texts, ascending, at the heads of their buckets; a row of keys for each. At most `window` at once."""
        slots = numbers % self._window
        self._tags[slots] = (keys >> _TAG_SHIFT).astype(np.uint8)
        buckets = (keys & self._mask).astype(np.int64) + self._bands * (int(self._mask) + 1)
        flat = buckets.ravel()
        order = np.argsort(flat, kind="stable")
        ordered, mine = flat[order], np.repeat(numbers, BANDS)[order].astype(np.uint32)
        again = np.append(False, ordered[1:] == ordered[:-1])
        heads = self._heads.reshape(-1)
        before = np.where(again, np.append(0, mine[:-1]), heads[ordered]).astype(np.uint32)
        heads[ordered] = mine
        older = np.empty_like(before)
        older[order] = before
        self._older[slots] = older.reshape(-1, BANDS)

    def near(self, numbers: NDArray[np.int64], newest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of linked texts: place in `numbers`, and an older text's number; by place, newest first.

        `newest` is the last number given: what is `window` behind it has left.
        """
        place = np.repeat(np.arange(len(numbers)), BANDS)
        bands = np.tile(self._bands, len(numbers))
        slots = np.repeat(numbers % self._window, BANDS)
        tags, oldest = self._tags[slots, bands], newest - self._window
        met: list[NDArray[np.int64]] = []
        for _ in range(_STEPS):
            older = self._older[slots, bands].astype(np.int64)
            alive = (older != _NOBODY) & (older > oldest)
            place, bands, tags, older = place[alive], bands[alive], tags[alive], older[alive]
            if not len(older):
                break
            slots = older % self._window
            same = self._tags[slots, bands] == tags
            met.append((place[same] << 32) | (newest - older[same]))
        pairs = np.unique(np.concatenate(met)) if met else np.zeros(0, np.int64)
        return pairs >> 32, newest - (pairs & 0xFFFFFFFF)
