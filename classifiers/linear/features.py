"""From token ids to hashed features, a whole batch in one go.

Ids are spaCy's LOWER ids: 64-bit hashes of the word itself, the same on every machine and in every process. A
feature is a slot in one space of 2**SLOT_BITS; words, word pairs, the opening of the text and character runs use
different mixing constants, so they share the space without meaning the same thing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.uint64]
Ints = NDArray[np.int64]
Field = Literal["words", "pairs", "opening", "characters"]

SLOT_BITS = 22
OPENING_TOKENS = 40
CHARACTER_RUNS = (2, 3, 4, 5)
CHARACTER_LIMIT = 600
"""Character runs serve short texts; of a long one only the beginning is read, for speed."""

_SHIFT = np.uint64(64 - SLOT_BITS)
_HALF = np.uint64(32)
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_THIRD = np.uint64(0x165667B19E3779F9)
_FOURTH = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids of several documents laid end to end, and the texts for character runs."""

    ids: Ids
    owners: Ints
    """The document of each token, ascending."""
    positions: Ints
    """The place of each token in its document, from 0."""
    texts: Sequence[str]

    @property
    def documents(self) -> int:
        """How many documents, empty ones included."""
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Part:
    """One field's occurrences: slot, document and, of what is made of tokens, the token it starts at.

    `tokens` counts over the whole batch, each token once at most; `width` is how many tokens an occurrence covers, 0
    for character runs, which belong to none.
    """

    slots: Ints
    owners: Ints
    tokens: Ints
    width: int


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every feature occurrence of a batch, part by part."""

    slots: Ints
    owners: Ints
    parts: Sequence[Part]
    all_tokens: int
    """How many tokens the batch has."""

    def on_tokens(self, given: NDArray[np.float32]) -> NDArray[np.float32]:
        """For each token the sum of what its occurrences give; one of several tokens is split evenly."""
        total = np.zeros(self.all_tokens, np.float32)
        first = 0
        for part in self.parts:
            own = given[first : first + len(part.slots)]
            first += len(part.slots)
            for step in range(part.width):
                total[part.tokens + step] += own / part.width
        return total


def batch_of(ids: Sequence[Ids], texts: Sequence[str]) -> Batch:
    """Lay the documents' ids end to end."""
    lengths = np.fromiter((len(one) for one in ids), np.int64, len(ids))
    starts = np.cumsum(lengths) - lengths
    owners = np.repeat(np.arange(len(ids)), lengths)
    joined = np.concatenate(ids) if len(ids) else np.zeros(0, np.uint64)
    positions = np.arange(len(joined)) - np.repeat(starts, lengths)
    return Batch(joined.astype(np.uint64, copy=False), owners, positions, texts)


def occurrences(batch: Batch, fields: Sequence[Field]) -> Occurrences:
    """All feature occurrences of the batch in the given fields."""
    makers = {"words": _words, "pairs": _pairs, "opening": _opening, "characters": _characters}
    parts = [makers[field](batch) for field in fields]
    return Occurrences(
        np.concatenate([part.slots for part in parts]),
        np.concatenate([part.owners for part in parts]),
        parts,
        len(batch.ids),
    )


def _slots(mixed: Ids) -> Ints:
    return (mixed >> _SHIFT).astype(np.int64)


def _stirred(mixed: Ids) -> Ids:
    return (mixed ^ (mixed >> _HALF)) * _FIRST


def _words(batch: Batch) -> Part:
    return Part(_slots(batch.ids * _FIRST), batch.owners, np.arange(len(batch.ids)), 1)


def _pairs(batch: Batch) -> Part:
    left, right = batch.ids[:-1], batch.ids[1:]
    together = np.flatnonzero(batch.owners[:-1] == batch.owners[1:])
    mixed = (left * _SECOND) ^ ((right ^ (right >> np.uint64(29))) * _THIRD)
    return Part(_slots(_stirred(mixed[together])), batch.owners[together], together, 2)


def _opening(batch: Batch) -> Part:
    first = np.flatnonzero(batch.positions < OPENING_TOKENS)
    mixed = (batch.ids[first] ^ _FOURTH) * _SECOND
    return Part(_slots(_stirred(mixed)), batch.owners[first], first, 1)


def _characters(batch: Batch) -> Part:
    """Runs of 2 to 5 characters of the lower-cased text, one space at each end."""
    points = [_code_points(text) for text in batch.texts]
    owners = np.repeat(np.arange(len(points)), [len(one) for one in points])
    line = np.concatenate(points) if points else np.zeros(0, np.uint64)
    mixed, slots, places = line * _FOURTH, [], []
    for length in range(2, max(CHARACTER_RUNS) + 1):
        mixed = (mixed[:-1] * _THIRD) ^ (line[length - 1 :] * _FOURTH)
        inside = np.flatnonzero(owners[: len(mixed)] == owners[length - 1 :])
        slots.append(_slots(_stirred(mixed[inside])))
        places.append(owners[inside])
    return Part(np.concatenate(slots), np.concatenate(places), np.zeros(0, np.int64), 0)


def _code_points(text: str) -> Ids:
    short = " " + " ".join(text[:CHARACTER_LIMIT].lower().split()) + " "
    return np.frombuffer(short.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
