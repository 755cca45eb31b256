"""What the network works out for a piece alone, whatever stands beside it: kept for the pieces that people use most.

The first layers see one piece at a time, so their results can be looked up. Half the work on an ordinary text is
saved, and a looked-up row is the very row that would be worked out: rows are always worked out STEP at a time.
"""

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.contract import Floats
from classifiers.encoder.weights import CHUNKS, INNER, ORDERS, Weights

Ints = NDArray[np.int64]
STEP = 32
"""Matrices have a multiple of so many rows: BLAS then treats every row alike, bit for bit, in any batch."""
KEPT, _SPARE = 3_000, 1_000
"""Pieces that are kept, 13 kB each: the first ones that come, which are the commonest. Room for those that are not."""
_BLOCKS = len(ORDERS) + sum(order for order, _ in ORDERS)

Blocks = Floats
"""Block x row x INNER: the projection for every branch, then what a piece gives to the first convolution of each
branch at each place. The last row is zeros, for what is beyond a text."""


class Pieces:
    """Rows by piece; the rows of uncommon ones are overwritten by the next call."""

    def __init__(self, weights: Weights, eps: float) -> None:
        given, orders = weights.arrays, [order for order, _ in ORDERS]
        self._table, self._scale, self._low, self._eps = weights.table, given["scale"], given["lo"], eps
        self._project = np.concatenate([given[f"proj{order}"] for order in orders], axis=1)
        self._offset = np.concatenate([given[f"proj_b{order}"] for order in orders])
        self._gain = np.concatenate([given[f"ln_g{order}"] for order in orders])
        self._shift = np.concatenate([given[f"ln_b{order}"] for order in orders])
        self._shares = [_by_place(given[f"w1_{order}"], order) for order in orders]
        self._row_of = np.full(len(weights.table), -1, np.int32)
        self._blocks = np.zeros((_BLOCKS, KEPT + _SPARE + 1, INNER), np.float32)
        self._used = 0

    def embedded(self, pieces: Ints) -> Floats:
        """The pieces' own vectors, one in a row."""
        chunk = pieces % CHUNKS
        found = self._table[pieces].astype(np.float32)
        found *= self._scale[chunk, None]
        found += self._low[chunk, None]
        return found

    def looked_up(self, pieces: Ints) -> tuple[Blocks, Ints]:
        """The blocks, and the row of each piece in them."""
        missing = np.unique(pieces[self._row_of[pieces] < 0])
        if not len(missing):
            return self._blocks, self._row_of[pieces].astype(np.int64)
        made = self._made(missing)
        blocks, last = self._blocks, KEPT + _SPARE
        room = min(KEPT - self._used, len(missing))
        rows = np.concatenate([np.arange(room) + self._used, np.arange(len(missing) - room) + KEPT])
        if rows[-1] >= last:
            more = np.zeros((_BLOCKS, len(missing), INNER), np.float32)
            blocks = np.concatenate([blocks[:, :-1], more, blocks[:, -1:]], axis=1)
        blocks[:, rows] = made
        self._row_of[missing] = rows
        found = self._row_of[pieces].astype(np.int64)
        self._row_of[missing[room:]] = -1
        self._used += room
        return blocks, found

    def _made(self, pieces: Ints) -> Blocks:
        size = len(pieces)
        filled = np.zeros(filled_up(size), np.int64)
        filled[:size] = pieces
        projected = self.embedded(filled) @ self._project
        projected += self._offset
        normed(projected, self._eps)
        projected *= self._gain
        projected += self._shift
        own = [np.ascontiguousarray(projected[:, place * INNER :][:, :INNER]) for place in range(len(ORDERS))]
        shares = [rows @ weights for rows, weights in zip(own, self._shares, strict=True)]
        side_by_side = np.concatenate([projected, *shares], axis=1)[:size]
        return np.ascontiguousarray(side_by_side.reshape(size, _BLOCKS, INNER).transpose(1, 0, 2))


def normed(rows: Floats, eps: float) -> None:
    """Each row with mean 0 and spread 1, in place."""
    rows -= rows.mean(axis=-1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[-1]
    rows *= np.reciprocal(np.sqrt(spread + eps))[:, None]


def filled_up(size: int) -> int:
    """The next multiple of STEP."""
    return max(STEP, -(-size // STEP) * STEP)


def _by_place(weights: Floats, order: int) -> Floats:
    """The weights of a convolution (places end to end in its rows) with the places side by side in its columns."""
    places = weights.reshape(order, INNER, INNER)
    return np.ascontiguousarray(places.transpose(1, 0, 2).reshape(INNER, order * INNER))
