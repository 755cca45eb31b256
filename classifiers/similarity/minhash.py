"""MinHash signatures and their bands (Broder 1997; Leskovec, Rajaraman, Ullman, chapter 3).

Two texts of Jaccard index J agree in a band of r rows with probability J**r; with b bands they meet at least once
with 1 - (1 - J**r)**b. 20 bands of 4 rows: 0.996 at 0.7, 0.02 at 0.18.
"""

import numpy as np
from numpy.typing import NDArray

from classifiers.similarity.shingles import Shingles

BANDS = 20
ROWS = 4
_HALF = np.uint64(32)


def _odd_constants(count: int) -> NDArray[np.uint64]:
    """Fixed multipliers by splitmix64 (Steele and others 2014); part of the format, as signatures are compared."""
    state = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))) | np.uint64(1)


_MULTIPLIERS = _odd_constants(BANDS * ROWS)[:, None]
_ROW_MIX = _odd_constants(BANDS * ROWS + ROWS)[-ROWS:]


def band_keys(shingles: Shingles) -> NDArray[np.uint64]:
    """One 64-bit key for each band; `shingles` must not be empty."""
    signature = ((shingles[None, :] * _MULTIPLIERS) >> _HALF).min(axis=1).reshape(BANDS, ROWS)
    mixed = (signature * _ROW_MIX).sum(axis=1, dtype=np.uint64)
    mixed = (mixed ^ (mixed >> _HALF)) * _ROW_MIX[0]
    return np.asarray(mixed ^ (mixed >> _HALF), np.uint64)
