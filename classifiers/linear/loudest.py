"""The words that spoke loudest for a decision, neighbours joined: for a whole batch of documents at once."""

import numpy as np

from classifiers.linear.counts import Floats
from classifiers.linear.features import Batch

_LOUD = 0.25
"""Of the loudest word's share; what is quieter than that is no reason that a person would want to read."""

Stretch = tuple[int, int]
"""First and last word, counted from 0 in the document."""


def loudest(shares: Floats, batch: Batch, count: int) -> list[list[Stretch]]:
    """Up to `count` stretches for each document, loudest first. `shares`: one for each word of the batch."""
    found: list[list[Stretch]] = [[] for _ in range(batch.documents)]
    peaks = np.zeros(batch.documents, np.float32)
    starts = np.flatnonzero(np.diff(batch.owners, prepend=-1))
    if len(starts):
        peaks[batch.owners[starts]] = np.maximum.reduceat(shares, starts)
    loud = np.flatnonzero((shares > 0) & (shares >= _LOUD * peaks[batch.owners]))
    if not len(loud):
        return found
    owners = batch.owners[loud]
    begins = np.flatnonzero((np.diff(loud, prepend=-2) != 1) | (np.diff(owners, prepend=-1) != 0))
    weights = np.add.reduceat(shares[loud], begins)
    lasts = np.append(begins[1:], len(loud)) - 1
    order = np.lexsort((begins, -weights, owners[begins]))
    columns = (owners[begins], batch.positions[loud[begins]], batch.positions[loud[lasts]])
    for owner, first, last in zip(*(column[order].tolist() for column in columns), strict=True):
        if len(found[owner]) < count:
            found[owner].append((first, last))
    return found
