"""A text as the set of its three-word runs, hashed; whole batches at once, byte by byte in numpy.

The hashes depend on nothing but the text: no vocabulary, no process. They are sent between workers and kept, so
they are frozen by golden vectors; another way of hashing needs another field name on the wire.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.similarity.normalise import masked, plain

Shingles = NDArray[np.uint64]

WIDTH = 3
_HALF = np.uint64(32)
_END = 0xFF
"""Ends a text among others; UTF-8 has no such byte."""
_PLACES = 64
"""A letter counts by its place in the word, modulo this; only longer words could trade letters unnoticed."""


class Hashed(NamedTuple):
    """Runs of many texts one after the other; those of text `i` are `flat[bounds[i]:bounds[i + 1]]`, with repeats."""

    flat: Shingles
    bounds: NDArray[np.int64]


def odd_constants(first: int, count: int) -> NDArray[np.uint64]:
    """Fixed odd multipliers by splitmix64 (Steele and others 2014), the `first`-th and those behind it."""
    state = np.arange(first, first + count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))) | np.uint64(1)


def _letters() -> NDArray[np.uint64]:
    """A value for each byte, 0 for what parts words. Bytes beyond ASCII belong to letters (`plain` sees to that)."""
    parts = [place == _END or (place < 128 and not chr(place).isalnum()) for place in range(256)]
    return np.where(parts, np.uint64(0), odd_constants(1_000, 256))


_LETTERS = _letters()
_BY_PLACE = odd_constants(2_000, _PLACES)
_MIX = odd_constants(3_000, WIDTH)


def hashed(texts: Sequence[str]) -> Hashed:
    """All runs of each text. Numbers count as one word; a text of one or two words is one run of all it has."""
    read = np.frombuffer(b"".join(map(_told, texts)), np.uint8)
    digit = (read - 48) < 10
    letters = _LETTERS[np.where(digit, 48, read)]
    repeated = digit[1:] & digit[:-1]
    if repeated.any():
        kept = np.append(True, ~repeated)
        read, letters = read[kept], letters[kept]
    values, begins = _words(letters)
    ends = np.searchsorted(begins, np.flatnonzero(read == _END))
    return _runs(*_padded(values, np.append(0, ends)))


def shingles_of(text: str) -> Shingles:
    """The runs of one text, ascending, without repeats."""
    return np.unique(hashed([text]).flat)


def jaccard(one: Shingles, other: Shingles) -> float:
    """Shared runs over all runs, 0 to 1; two empty sets have nothing in common."""
    union = len(one) + len(other)
    if not union:
        return 0.0
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (union - shared)


def _told(text: str) -> bytes:
    said = plain(text)
    return (said if said.isascii() else " ".join(masked(said.split()))).encode(
        "utf-8", "surrogatepass"
    ) + b"\xff"


def _words(letters: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A hash for each word, and where it begins."""
    inside = letters != 0
    begins = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
    begins = np.append(0, begins) if len(inside) and inside[0] else begins
    if not len(begins):
        return np.zeros(0, np.uint64), begins
    place = np.arange(begins[0], len(letters)) - np.repeat(begins, np.diff(begins, append=len(letters)))
    return np.add.reduceat(letters[begins[0] :] * _BY_PLACE[place % _PLACES], begins - begins[0]), begins


def _padded(
    values: NDArray[np.uint64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A text of one or two words gets empty ones, so that it has one run."""
    sizes = np.diff(bounds)
    lacking = np.where(sizes > 0, np.maximum(WIDTH - sizes, 0), 0)
    if not lacking.any():
        return values, bounds
    padded = np.insert(values, np.repeat(bounds[1:], lacking), np.uint64(0))
    return padded, bounds + np.append(0, np.cumsum(lacking))


def _runs(values: NDArray[np.uint64], bounds: NDArray[np.int64]) -> Hashed:
    """Every three neighbours of one text."""
    sizes = np.diff(bounds)
    counts = np.maximum(sizes - WIDTH + 1, 0)
    starts = np.append(0, np.cumsum(counts))
    at = np.arange(starts[-1]) + np.repeat(bounds[:-1] - starts[:-1], counts)
    mixed = values[at] * _MIX[0]
    for place in range(1, WIDTH):
        mixed = (mixed ^ (mixed >> _HALF)) * _MIX[0] + values[at + place] * _MIX[place]
    mixed ^= mixed >> _HALF
    mixed *= _MIX[1]
    return Hashed(mixed ^ (mixed >> _HALF), starts)
