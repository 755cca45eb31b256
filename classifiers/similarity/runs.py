"""Texts as small sets: 16 bits for each three-word run. What is sent to whoever compares, kept, and compared.

Two texts of 200 runs agree by chance in half a run, which moves the Jaccard index by a thousandth. Words cannot be
read back from it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.similarity.shingles import hashed

Runs = NDArray[np.uint16]
"""Ascending, without repeats."""

LONGEST = 4_000
"""Runs kept of one text: of a longer one those with the smallest hashes, which are the same ones in a near copy."""
_BITS = 16
_SHIFT = np.uint64(64 - _BITS)


def runs_of(texts: Sequence[str]) -> list[Runs]:
    """The set of each text; empty for a text without words. At most 65,536 texts; about a hundred are quickest."""
    flat, bounds = hashed(texts)
    owners = np.repeat(np.arange(len(texts), dtype=np.uint32), np.diff(bounds))
    told = (owners << np.uint32(_BITS)) | (flat >> _SHIFT).astype(np.uint32)
    told.sort()
    told = told[np.diff(told, prepend=np.uint32(~told[0])) != 0] if len(told) else told
    ends = np.searchsorted(told, np.arange(1, len(texts), dtype=np.uint32) << np.uint32(_BITS))
    return [part[:LONGEST] for part in np.split(told.astype(np.uint16), ends)]


def to_bytes(runs: Runs) -> bytes:
    """Two bytes each, little-endian."""
    return runs.astype("<u2").tobytes()


def from_bytes(packed: bytes) -> Runs:
    """Read `to_bytes()`; raises ValueError for what is none."""
    return np.frombuffer(packed, "<u2").astype(np.uint16)
