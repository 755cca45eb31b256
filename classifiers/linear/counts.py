"""How often each feature occurs in each document: the sparse matrix of a batch, without a sparse library."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.linear.features import Ints, Occurrences

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Counts:
    """One entry for each slot and document, ordered by slot, so that tables are read from front to back.

    `entry_of` maps occurrences to entries.
    """

    slots: Ints
    owners: Ints
    times: Floats
    documents: int
    occurrences: Occurrences
    entry_of: Ints


def counted(found: Occurrences, documents: int) -> Counts:
    """Fold occurrences of the same slot in the same document into one entry.

    Slot, document and place go into one integer each: sorting integers is many times quicker than sorting an index.
    """
    size = len(found.slots)
    place_bits, owner_bits = size.bit_length(), documents.bit_length()
    keys = ((found.slots << owner_bits) | found.owners) << place_bits
    keys |= np.arange(size)
    keys.sort()
    order = keys & ((1 << place_bits) - 1)
    keys >>= place_bits
    first = np.ones(size, bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    times = np.diff(starts, append=size).astype(np.float32)
    entry_of = np.empty(size, np.int64)
    entry_of[order] = np.cumsum(first) - 1
    unique = keys[starts]
    return Counts(unique >> owner_bits, unique & ((1 << owner_bits) - 1), times, documents, found, entry_of)
