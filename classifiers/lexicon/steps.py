"""Where each state of the automaton goes with each word: one hash table in two arrays, asked for many at once.

A pair of state and word is stored as one mixed 64-bit number. Two pairs with the same number would be taken for each
other; with a million pairs that happens to one question in ten million million.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]
Ints = NDArray[np.int64]

NOWHERE = -1
_SPARE_BITS = 2
"""The table is at least this many doublings larger than what it holds, so that most questions need one look."""
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_THIRD = np.uint64(0x165667B19E3779F9)
_EMPTY = np.uint64(0)


class Steps:
    """Built once, then only read."""

    def __init__(self, states: Sequence[int], words: Sequence[int], targets: Sequence[int]) -> None:
        bits = max(len(states), 1).bit_length() + _SPARE_BITS - 1
        self._shift = np.uint64(64 - bits)
        self._mask = (1 << bits) - 1
        self._keys = np.zeros(1 << bits, np.uint64)
        self._targets = np.full(1 << bits, NOWHERE, np.int32)
        keys = _mixed(np.array(states, np.int64), np.array(words, np.uint64))
        self._insert(keys, np.array(targets, np.int32))

    def after(self, states: Ints, words: Ids) -> Ints:
        """The next state for each pair, NOWHERE where none is written."""
        keys = _mixed(states, words)
        slots = self._slots(keys)
        found = self._targets[slots].astype(np.int64)
        asking = np.flatnonzero(self._keys[slots] != keys)
        while len(asking):
            seen = self._keys[slots[asking]]
            found[asking[seen == _EMPTY]] = NOWHERE
            asking = asking[(seen != _EMPTY) & (seen != keys[asking])]
            slots[asking] = (slots[asking] + 1) & self._mask
            found[asking] = self._targets[slots[asking]]
            asking = asking[self._keys[slots[asking]] != keys[asking]]
        return found

    def _insert(self, keys: Ids, targets: NDArray[np.int32]) -> None:
        slots, waiting = self._slots(keys), np.arange(len(keys))
        while len(waiting):
            free = waiting[self._keys[slots[waiting]] == _EMPTY]
            _, first = np.unique(slots[free], return_index=True)
            placed = free[first]
            self._keys[slots[placed]] = keys[placed]
            self._targets[slots[placed]] = targets[placed]
            waiting = waiting[self._keys[slots[waiting]] != keys[waiting]]
            slots[waiting] = (slots[waiting] + 1) & self._mask

    def _slots(self, keys: Ids) -> Ints:
        return (keys >> self._shift).astype(np.int64)


def _mixed(states: Ints, words: Ids) -> Ids:
    mixed = ((words ^ (words >> np.uint64(32))) * _FIRST) ^ ((states.astype(np.uint64) + _THIRD) * _SECOND)
    return np.asarray((mixed ^ (mixed >> np.uint64(29))) * _THIRD | np.uint64(1), np.uint64)
