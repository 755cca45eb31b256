"""The words that spoke loudest for a decision, neighbours joined: for a whole batch of documents at once."""

from dataclasses import dataclass

import numpy as np

from classifiers.linear.counts import Floats
from classifiers.linear.features import Batch, Ints

_LOUD = 0.25
"""Of the loudest word's share; what is quieter than that is no reason that a person would want to read."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Document by document, loudest first: first and last word of each, counted over the whole batch."""

    owners: Ints
    firsts: Ints
    lasts: Ints


def loudest(shares: Floats, batch: Batch, count: int) -> Stretches:
    """Up to `count` stretches for each document. `shares`: one for each word of the batch."""
    peaks = np.zeros(batch.documents, np.float32)
    starts = np.flatnonzero(np.diff(batch.owners, prepend=-1))
    if len(starts):
        peaks[batch.owners[starts]] = np.maximum.reduceat(shares, starts)
    loud = np.flatnonzero((shares > 0) & (shares >= _LOUD * peaks[batch.owners]))
    owners = batch.owners[loud]
    begins = np.flatnonzero((np.diff(loud, prepend=-2) != 1) | (np.diff(owners, prepend=-1) != 0))
    weights = np.add.reduceat(shares[loud], begins) if len(loud) else shares[loud]
    ends = np.append(begins[1:], len(loud)) - 1
    order = np.lexsort((begins, -weights, owners[begins]))
    ranked = owners[begins[order]]
    order = order[np.arange(len(order)) - np.searchsorted(ranked, ranked) < count]
    return Stretches(owners[begins[order]], loud[begins[order]], loud[ends[order]])
