"""Which passages of the training texts are dangerous: the marked ones, those of one-passage dangers, and the likeliest
of the other dangers, found in two rounds (a text is dangerous because at least one of its passages is)."""

from collections.abc import Iterator, Sequence

import numpy as np

from classifiers.corpus.text import Labelled
from classifiers.encoder.contract import Encoded
from classifiers.meaning.component import PASSAGE
from classifiers.training.vectors import Ints, Lesson, fitted

_ROUNDS = 2
_MOST_INSIDE, _MOST_COVERED = 0.5, 0.6
"""A passage is marked when so much of it lies in the marked sentence, or so much of that in it."""


def passage_lesson(
    texts: Sequence[Labelled], encoded: Sequence[Encoded], batches: Ints, cost: float
) -> Lesson:
    """One row for each passage whose danger is known; passages of the other dangers join as they are found."""
    told = [
        (vector, dangerous, batches[place])
        for place, (text, one) in enumerate(zip(texts, encoded, strict=True))
        for vector, dangerous in zip(one.vectors, _known(text, one), strict=True)
        if dangerous is not None
    ]
    lesson = _lesson(told)
    unclear = [
        (one.vectors, batches[place])
        for place, (text, one) in enumerate(zip(texts, encoded, strict=True))
        if None in _known(text, one)
    ]
    for _ in range(_ROUNDS if unclear else 0):
        weights, _ = fitted(lesson, cost)
        found = [(own[int((own @ weights)[:, 0].argmax())], True, batch) for own, batch in unclear]
        lesson = _lesson([*told, *found])
    return lesson


def _known(text: Labelled, one: Encoded) -> list[bool | None]:
    """For each passage whether it is dangerous; None where that is not known."""
    if not text.label.hazards:
        return [False] * len(one.passages)
    marked = text.written.danger
    if marked is None:
        return [True] if len(one.passages) == 1 else [None] * len(one.passages)
    return list(_inside(one.passages, marked))


def _inside(passages: Sequence[tuple[int, int]], marked: tuple[int, int]) -> Iterator[bool]:
    for begin, end in passages:
        common = min(end, marked[1]) - max(begin, marked[0])
        yield common > _MOST_INSIDE * (end - begin) or common > _MOST_COVERED * (marked[1] - marked[0])


def _lesson(told: Sequence[tuple[object, bool, int]]) -> Lesson:
    truth = np.array([[dangerous] for _, dangerous, _ in told], np.int64)
    share = max(float(truth.mean()), 1e-3)
    weights = np.where(truth[:, 0] == 1, 0.5 / share, 0.5 / max(1 - share, 1e-3))
    rows = np.stack([np.asarray(vector, np.float32) for vector, _, _ in told])
    return Lesson(
        PASSAGE, (PASSAGE,), rows, truth, weights, np.array([batch for *_, batch in told], np.int64)
    )
