"""One head: labels, the weights of each known feature in one byte each, and its calibrator."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from classifiers.linear.calibration import Calibrator
from classifiers.linear.counts import Counts, Floats
from classifiers.linear.features import SLOT_BITS, Field, Ints


@dataclass(frozen=True, slots=True)
class Weights:
    """Features that the head knows: ascending slots, their idf, and a signed byte for each label.

    A weight is `bytes * scales` of its label. Row and column sums are never needed in full precision: one byte costs
    under a thousandth of macro-F1 and makes the file a quarter of float32.
    """

    slots: NDArray[np.uint32]
    idf: NDArray[np.float16]
    bytes: NDArray[np.int8]
    scales: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of a batch and what is needed to explain them."""

    scores: Floats
    entries: Ints
    """Which entries of the counts the head knows."""
    rows: NDArray[np.int32]
    values: Floats
    """tf-idf of each known entry, its document normed to length 1."""


@dataclass(frozen=True, slots=True)
class Head:
    """A trained decision: scores a batch, and says what each token gave to one label."""

    name: str
    labels: tuple[str, ...]
    fields: tuple[Field, ...]
    weights: Weights
    calibrator: Calibrator
    threshold: float
    """Abstain below this probability."""
    version: str
    longest: int = 0
    """Tokens of the longest text that the head reads; 0 for any."""
    _row_of_slot: NDArray[np.int32] = field(init=False, repr=False)
    _idf: Floats = field(init=False, repr=False)
    _by_label: NDArray[np.int8] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table = np.full(1 << SLOT_BITS, -1, np.int32)
        table[self.weights.slots] = np.arange(len(self.weights.slots), dtype=np.int32)
        object.__setattr__(self, "_row_of_slot", table)
        object.__setattr__(self, "_idf", self.weights.idf.astype(np.float32))
        object.__setattr__(self, "_by_label", np.ascontiguousarray(self.weights.bytes.T))

    @property
    def cats(self) -> list[str]:
        """The keys of its probabilities in `doc.cats`."""
        return [f"{self.name}:{label}" for label in self.labels]

    @property
    def language(self) -> str:
        """The one language that the head reads, from a name such as `kind.th`; "" for the pack's languages."""
        return self.name.partition(".")[2]

    def score(self, counts: Counts) -> Scored:
        """Scores, documents x labels: sublinear tf-idf times the weights, plus the bias."""
        rows = self._row_of_slot[counts.slots]
        entries = np.flatnonzero(rows >= 0)
        rows, owners = rows[entries], counts.owners[entries]
        raw = (1 + np.log(counts.times[entries])) * self._idf[rows]
        square = np.bincount(owners, raw * raw, minlength=counts.documents)
        values = (raw / np.sqrt(square)[owners]).astype(np.float32)
        given = (values * label[rows] for label in self._by_label)
        sums = [np.bincount(owners, one, minlength=counts.documents) for one in given]
        scores = np.stack(sums, axis=1) * self.weights.scales + self.weights.bias
        return Scored(scores.astype(np.float32), entries, rows, values)

    def token_shares(self, counts: Counts, scored: Scored, chosen: Sequence[int]) -> Floats:
        """What each token of the batch gave to the chosen label of its document; a pair's share is split evenly."""
        label = np.asarray(chosen, np.int64)[counts.owners[scored.entries]]
        weight = self.weights.bytes[scored.rows, label] * self.weights.scales[label]
        given = np.zeros(len(counts.slots), np.float32)
        given[scored.entries] = scored.values * weight / counts.times[scored.entries]
        return counts.occurrences.on_tokens(given[counts.entry_of])
