"""Where in a text can a line begin at all? One look at pairs of neighbouring words, for the whole text at once.

Nine words in ten fall through without a step of the automaton. A few pass that should not (two pairs may share a
place in the table); the walk finds that out.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]

_BITS = 20
_SHIFT = np.uint64(64 - _BITS)
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)


class Sieve:
    """Knows words that may begin a line whatever follows, and pairs of words that may."""

    def __init__(self, alone: Iterable[int], pairs: Sequence[tuple[int, int]]) -> None:
        self._alone = np.zeros(1 << _BITS, bool)
        self._alone[_place(np.array(list(alone), np.uint64), np.uint64(0))] = True
        self._pairs = np.zeros(1 << _BITS, bool)
        first = np.array([one for one, _ in pairs], np.uint64)
        self._pairs[_place(first, np.array([other for _, other in pairs], np.uint64))] = True

    def places(self, ids: Ids) -> NDArray[np.int64]:
        """Ascending places at which a line may begin."""
        passed = self._alone[_place(ids, np.uint64(0))]
        passed[:-1] |= self._pairs[_place(ids[:-1], ids[1:])]
        return np.flatnonzero(passed)


def _place(first: Ids, second: Ids | np.uint64) -> NDArray[np.uint64]:
    return np.asarray(((first * _FIRST) ^ (second * _SECOND)) * _FIRST >> _SHIFT, np.uint64)
