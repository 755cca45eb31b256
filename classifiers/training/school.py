"""The written corpus as what heads on meaning learn from: texts, vectors, weights, and what was learnt."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.corpus.text import Labelled
from classifiers.encoder.contract import Encoded, Floats
from classifiers.encoder.universal import universal
from classifiers.meaning.features import rows_of
from classifiers.meaning.head import VectorHead
from classifiers.training.vectors import Ints, Lesson, Reals

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class School:
    """The training texts with their vectors."""

    texts: Sequence[Labelled]
    encoded: Sequence[Encoded]
    rows: Floats
    batches: Ints
    weights: Reals
    version: str
    calm: Sequence[str]
    """Old texts in which nobody is in danger."""

    @property
    def taught(self) -> tuple[str, ...]:
        """The languages of the texts."""
        return tuple(sorted({one.written.language for one in self.texts}))

    @property
    def dangerous(self) -> NDArray[np.bool_]:
        """Which tell of danger."""
        return np.array([bool(one.label.hazards) for one in self.texts])

    @property
    def near(self) -> NDArray[np.bool_]:
        """Which were written as near-misses."""
        return np.array([".near" in one.written.batch for one in self.texts]) & ~self.dangerous


@dataclass(frozen=True, slots=True)
class Learnt:
    """One head, and its scores of the training texts when it had not seen them."""

    head: VectorHead
    scores: Floats
    truth: Ints
    judged: Ints
    """Which training texts the scores belong to."""


def school_of(texts: Sequence[Labelled], calm: Sequence[str]) -> School:
    """Encode the texts; a language with fewer texts weighs as much as the root of its number says."""
    encoded = universal().encode([one.text for one in texts])
    languages = Counter(one.written.language for one in texts)
    common = np.median(list(languages.values()))
    weights = np.array([(common / languages[one.written.language]) ** _HALF for one in texts])
    names = sorted({one.written.batch for one in texts})
    batches = np.array([names.index(one.written.batch) for one in texts], np.int64)
    rows = rows_of([one.text for one in texts], encoded)
    return School(texts, encoded, rows, batches, weights, _version(texts), calm)


def lesson_of(
    school: School, name: str, labels: tuple[str, ...], chosen: Ints, truth: Ints, weights: Reals
) -> Lesson:
    """The chosen texts with what is true of them."""
    return Lesson(name, labels, school.rows[chosen], truth, weights, school.batches[chosen])


def _version(texts: Sequence[Labelled]) -> str:
    """Names the exact training texts and their labels."""
    digest = hashlib.sha256()
    for one in texts:
        label = one.label
        told = (one.written.id, one.written.marked, label.kind, label.category, sorted(label.hazards))
        digest.update(repr(told).encode("utf-8", "surrogatepass"))
    return f"written-{digest.hexdigest()[:12]}"
