"""A text as the set of its three-word runs, hashed."""

import numpy as np
from numpy.typing import NDArray
from spacy.strings import hash_string  # type: ignore[attr-defined]

from classifiers.similarity.normalise import masked, words

Shingles = NDArray[np.uint64]

WIDTH = 3
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_HALF = np.uint64(32)


def shingles_of(text: str) -> Shingles:
    """Ascending, without repeats; numbers count as one word. A text of under three words is one run of all it has."""
    found = masked(words(text))
    if not found:
        return np.zeros(0, np.uint64)
    padded = found + [""] * (WIDTH - len(found))
    ids = np.fromiter(map(hash_string, padded), np.uint64, len(padded))
    last = len(ids) - WIDTH + 1
    mixed = ids[:last] * _MIX[0]
    for place in range(1, WIDTH):
        mixed = (mixed ^ (mixed >> _HALF)) * _MIX[0] + ids[place : place + last] * _MIX[place]
    return np.unique(mixed ^ (mixed >> _HALF))


def jaccard(one: Shingles, other: Shingles) -> float:
    """Shared runs over all runs, 0 to 1; two empty sets have nothing in common."""
    union = len(one) + len(other)
    if not union:
        return 0.0
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (union - shared)
