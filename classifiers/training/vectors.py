"""Heads on vectors from labelled rows: multinomial or one-against-rest logistic regression, judged batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.encoder.contract import Floats
from classifiers.meaning.head import VectorHead, bent

ALWAYS = -1
"""The batch of rows that are learnt from every time and never judged."""
NEVER = -30.0
"""The score of a label that no text has."""
Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Space:
    """How rows are bent before they are weighed; without landmarks they stay as they are."""

    landmarks: Floats
    whitening: Floats
    gamma: float

    def of(self, rows: Floats) -> Floats:
        """The rows in this space."""
        return bent(rows, self.landmarks, self.whitening, self.gamma)


FLAT = Space(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), 0.0)


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows with their labels: a number for each, or one column of 0 and 1 for each label that may hold."""

    name: str
    labels: tuple[str, ...]
    rows: Floats
    truth: NDArray[np.int64]
    weights: Reals
    batches: Ints
    """Rows of one batch are judged together, by a head that has seen none of them."""


def bent_space(rows: Floats, width: int, count: int, gamma: float, seed: int) -> Space:
    """Landmarks drawn from the rows' vectors, and what makes the kernel between them the unit matrix."""
    vectors = rows[:, :width]
    chosen = np.random.default_rng(seed).permutation(len(vectors))[:count]
    landmarks = vectors[np.sort(chosen)]
    near = np.exp(-gamma * np.maximum(2 - 2 * landmarks.astype(np.float64) @ landmarks.T, 0))
    values, directions = np.linalg.eigh(near + 1e-6 * np.eye(len(near)))
    return Space(landmarks, (directions / np.sqrt(values) @ directions.T).astype(np.float32), gamma)


def fitted(lesson: Lesson, cost: float, space: Space = FLAT) -> tuple[Floats, Floats]:
    """Weights (features x labels) and bias; deterministic."""
    from sklearn.linear_model import LogisticRegression

    features = space.of(lesson.rows)
    if lesson.truth.ndim == 1:
        model = LogisticRegression(C=cost, max_iter=3000).fit(features, lesson.truth, lesson.weights)
        return _spread(
            np.asarray(model.coef_), np.asarray(model.intercept_), model.classes_, len(lesson.labels)
        )
    columns = [
        LogisticRegression(C=cost, max_iter=3000).fit(features, column, lesson.weights)
        for column in lesson.truth.T
    ]
    weights = np.stack([np.asarray(one.coef_)[0] for one in columns], axis=1)
    return weights.astype(np.float32), np.array([one.intercept_[0] for one in columns], np.float32)


def _spread(coefficients: Floats, bias: Floats, present: Ints, labels: int) -> tuple[Floats, Floats]:
    """Weights for all labels from those of the labels that occur; the others are never said."""
    if len(coefficients) == 1:
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        bias = np.concatenate([[0.0], bias])
    weights = np.zeros((coefficients.shape[1], labels), np.float32)
    offsets = np.full(labels, NEVER, np.float32)
    weights[:, present], offsets[present] = coefficients.T, bias
    return weights, offsets


def head_of(
    lesson: Lesson, found: tuple[Floats, Floats], space: Space, told: tuple[float, str, str]
) -> VectorHead:
    """The head with its weights; `told`: threshold, version, encoder."""
    threshold, version, encoder = told
    weights, bias = found
    return VectorHead(
        lesson.name,
        lesson.labels,
        lesson.truth.ndim == 1,
        weights,
        bias,
        threshold,
        version,
        encoder,
        space.landmarks,
        space.whitening,
        space.gamma,
    )


def folds_of(batches: Ints, count: int) -> Iterator[tuple[Ints, Ints]]:
    """Rows to learn from and rows to judge, several times over; every batch is judged once."""
    different = np.unique(batches[batches != ALWAYS])
    fold_of = np.arange(len(different)) % count
    fold = np.where(batches == ALWAYS, ALWAYS, fold_of[np.searchsorted(different, batches) % len(different)])
    for one in range(min(count, len(different))):
        yield np.flatnonzero(fold != one), np.flatnonzero(fold == one)


def unseen(lesson: Lesson, cost: float, space: Space = FLAT, folds: int = 10) -> Floats:
    """Scores of each row by a head that has seen no row of its batch, rows x labels."""
    scores = np.zeros((len(lesson.rows), len(lesson.labels)), np.float32)
    for learnt, judged in folds_of(lesson.batches, folds):
        part = Lesson(
            lesson.name,
            lesson.labels,
            lesson.rows[learnt],
            lesson.truth[learnt],
            lesson.weights[learnt],
            lesson.batches[learnt],
        )
        weights, bias = fitted(part, cost, space)
        scores[judged] = space.of(lesson.rows[judged]) @ weights + bias
    return scores


def temperature(scores: Floats, truth: Ints) -> float:
    """What scores are divided by so that probabilities mean what they say: the likeliest of a grid."""
    best = min(np.geomspace(0.5, 4, 25).tolist(), key=lambda one: _surprise(scores / one, truth))
    return float(best)


def _surprise(scores: Floats, truth: Ints) -> float:
    raised = scores - scores.max(axis=1, keepdims=True)
    logs = raised - np.log(np.exp(raised).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(truth)), truth].mean())


def stacked(rows: Sequence[Floats]) -> Floats:
    """Vectors of several texts in one array."""
    return np.concatenate([one for one in rows if len(one)])
