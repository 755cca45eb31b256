"""Heads on vectors from the written corpus: kind, category, severity, hazards, danger of whole texts and of passages.

Every choice (thresholds, temperatures) is made on texts that the head had not seen, batch by batch, of the training
part alone. A batch has one writer and one topic, so what is judged is always another voice.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.corpus.text import CATEGORIES, HAZARDS, KINDS, SEVERITIES, Labelled
from classifiers.danger import score_of
from classifiers.encoder.contract import Encoded, Floats
from classifiers.encoder.universal import universal
from classifiers.meaning.component import CALM, DANGER, PASSAGE
from classifiers.meaning.features import rows_of
from classifiers.meaning.head import VectorHead
from classifiers.training.passages import passage_lesson
from classifiers.training.vectors import (
    FLAT,
    Ints,
    Lesson,
    Reals,
    Space,
    fitted,
    folds_of,
    head_of,
    temperature,
    unseen,
)

SAFETY = "safety"
COSTS = {
    "kind": 6.0,
    "category": 4.0,
    "severity": 2.0,
    "hazards": 6.0,
    DANGER: 8.0,
    PASSAGE: 4.0,
    "source": 10.0,
}
MOST_ALARMS, MOST_NEAR = 0.04, 0.08
"""Of ordinary texts and of near-misses, unseen, on which the encoder alone may raise an alarm."""
MOST_ABSTAINED = 0.1
"""Share of ordinary texts of which no kind, or no category, is said."""
_HALF = 0.5
_HAZARD_FROM = 0.35

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class School:
    """The training texts with their vectors."""

    texts: Sequence[Labelled]
    encoded: Sequence[Encoded]
    rows: Floats
    batches: Ints
    weights: Reals
    version: str

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


def school_of(texts: Sequence[Labelled]) -> School:
    """Encode the texts; a language with fewer texts weighs as much as the root of its number says."""
    encoded = universal().encode([one.text for one in texts])
    languages = Counter(one.written.language for one in texts)
    common = np.median(list(languages.values()))
    weights = np.array([(common / languages[one.written.language]) ** _HALF for one in texts])
    names = sorted({one.written.batch for one in texts})
    batches = np.array([names.index(one.written.batch) for one in texts], np.int64)
    rows = rows_of([one.text for one in texts], encoded)
    return School(texts, encoded, rows, batches, weights, _version(texts))


def learn(school: School, old: Sequence[str], told: Told) -> list[Learnt]:
    """All heads; the same texts give the same heads. `old`: texts of the sources that heads on words learnt."""
    found = []
    for name, lesson_of in (("kind", _kinds), ("category", _categories), ("severity", _severities)):
        told(f"{name}: {len(school.texts)} texts")
        found.append(_exclusive(school, name, lesson_of(school), told))
    told("hazards and danger")
    found.append(_hazards(school))
    found.extend(_dangers(school))
    told(f"source: {len(old)} old texts")
    found.append(_source(school, old))
    return found


def _kinds(school: School) -> tuple[Lesson, Ints]:
    truth = np.array([KINDS.index(one.label.kind) for one in school.texts])
    sizes = np.bincount(truth, minlength=len(KINDS))
    balance = (sizes.max() / np.maximum(sizes, 1)) ** 0.35
    every = np.arange(len(truth))
    return _lesson(school, "kind", KINDS, every, truth, school.weights * balance[truth]), every


def _categories(school: School) -> tuple[Lesson, Ints]:
    """What a text is about apart from danger: a second category counts as half of one."""
    labels = tuple(one for one in CATEGORIES if one != SAFETY)
    places, truth, weights = [], [], []
    for place, one in enumerate(school.texts):
        label = one.label
        both = [name for name in (label.category, label.second) if name and name != SAFETY]
        for rank, name in enumerate(both):
            places.append(place)
            truth.append(labels.index(name))
            share = (1.0, _HALF)[rank] if len(both) > 1 else 1.0
            weights.append(school.weights[place] * share * (1.0 if label.kind == "complaint" else _HALF))
    chosen = np.array(places)
    sizes = np.bincount(truth, minlength=len(labels))
    balance = (sizes.max() / np.maximum(sizes, 1)) ** 0.35
    answers = np.array(truth)
    return _lesson(school, "category", labels, chosen, answers, np.array(weights) * balance[answers]), chosen


def _severities(school: School) -> tuple[Lesson, Ints]:
    chosen = np.flatnonzero(~school.dangerous)
    truth = np.array([SEVERITIES.index(school.texts[place].label.severity) for place in chosen.tolist()])
    sizes = np.bincount(truth, minlength=len(SEVERITIES))
    balance = (sizes.max() / np.maximum(sizes, 1)) ** 0.35
    return _lesson(
        school, "severity", SEVERITIES, chosen, truth, school.weights[chosen] * balance[truth]
    ), chosen


def _lesson(
    school: School, name: str, labels: tuple[str, ...], chosen: Ints, truth: Ints, weights: Reals
) -> Lesson:
    return Lesson(name, labels, school.rows[chosen], truth, weights, school.batches[chosen])


def _exclusive(
    school: School, name: str, lesson: tuple[Lesson, Ints], told: Told, space: Space = FLAT
) -> Learnt:
    given, judged = lesson
    scores = unseen(given, COSTS[name], space)
    heat = temperature(scores, given.truth)
    weights, bias = fitted(given, COSTS[name], space)
    sure = _softmax(scores / heat).max(axis=1)
    threshold = float(np.quantile(sure, MOST_ABSTAINED)) if len(sure) else 0.0
    right = float((scores.argmax(axis=1) == given.truth).mean())
    told(f"{name}: {right:.3f} of unseen texts right, temperature {heat:.2f}, abstains below {threshold:.2f}")
    head = head_of(
        given, (weights / heat, bias / heat), space, (threshold, school.version, universal().version)
    )
    return Learnt(head, scores / heat, given.truth, judged)


def _hazards(school: School) -> Learnt:
    truth = np.array([[name in one.label.hazards for name in HAZARDS] for one in school.texts], np.int64)
    every = np.arange(len(truth))
    lesson = _lesson(school, "hazards", HAZARDS, every, truth, school.weights)
    scores = unseen(lesson, COSTS["hazards"])
    found = fitted(lesson, COSTS["hazards"])
    head = head_of(lesson, found, FLAT, (_HAZARD_FROM, school.version, universal().version))
    return Learnt(head, scores, truth, every)


def _dangers(school: School) -> list[Learnt]:
    """Two heads whose scores are added; the alarm is set where the training part, unseen, has as many as allowed."""
    truth = school.dangerous.astype(np.int64)[:, None]
    every = np.arange(len(truth))
    whole = _lesson(school, DANGER, (DANGER,), every, truth, school.weights)
    passages = passage_lesson(school.texts, school.encoded, school.batches, COSTS[PASSAGE])
    scores = unseen(whole, COSTS[DANGER])
    worst = _worst_unseen(school, passages)
    both = [score_of(float(one), float(other)) for one, other in zip(scores[:, 0], worst, strict=True)]
    alarming = _alarming(school, np.array(both, np.float32))
    told = (alarming, school.version, universal().version)
    return [
        Learnt(head_of(whole, fitted(whole, COSTS[DANGER]), FLAT, told), scores, truth, every),
        Learnt(head_of(passages, fitted(passages, COSTS[PASSAGE]), FLAT, told), worst[:, None], truth, every),
    ]


def _source(school: School, old: Sequence[str]) -> Learnt:
    """Whether a text is like those that heads on words learnt: they are heard as far as it is."""
    rows = np.concatenate([rows_of(old, universal().encode(old)), school.rows])
    truth = np.concatenate([np.ones(len(old), np.int64), np.zeros(len(school.rows), np.int64)])
    english = np.array([one.written.language == "en" for one in school.texts])
    own = np.where(english, 1.0, 0.3)
    weights = np.concatenate([np.full(len(old), own.sum() / max(len(old), 1)), own])
    batches = np.concatenate([np.arange(len(old)) % 50, school.batches + 50])
    lesson = Lesson("source", ("familiar",), rows, truth[:, None], weights, batches)
    scores = unseen(lesson, COSTS["source"])
    told = (_HALF, school.version, universal().version)
    return Learnt(head_of(lesson, fitted(lesson, COSTS["source"]), FLAT, told), scores, lesson.truth, batches)


def _worst_unseen(school: School, lesson: Lesson) -> Floats:
    """The score of each text's worst passage by a head that has seen no text of its batch."""
    worst = np.full(len(school.texts), CALM, np.float32)
    for learnt, judged in folds_of(school.batches, 10):
        seen = np.isin(lesson.batches, np.unique(school.batches[learnt]))
        part = Lesson(
            lesson.name,
            lesson.labels,
            lesson.rows[seen],
            lesson.truth[seen],
            lesson.weights[seen],
            lesson.batches[seen],
        )
        weights, bias = fitted(part, COSTS[PASSAGE])
        for place in judged.tolist():
            vectors = school.encoded[place].vectors
            if len(vectors):
                worst[place] = float((vectors @ weights + bias).max())
    return worst


def _alarming(school: School, scores: Floats) -> float:
    near = np.sort(scores[school.near])[::-1]
    ordinary = np.sort(scores[~school.near & ~school.dangerous])[::-1]
    bounds = [
        float(found[min(int(share * len(found)), len(found) - 1)])
        for found, share in ((ordinary, MOST_ALARMS), (near, MOST_NEAR))
        if len(found)
    ]
    return max(bounds, default=0.0)


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _version(texts: Sequence[Labelled]) -> str:
    """Names the exact training texts and their labels."""
    digest = hashlib.sha256()
    for one in texts:
        label = one.label
        told = (one.written.id, one.written.marked, label.kind, label.category, sorted(label.hazards))
        digest.update(repr(told).encode("utf-8", "surrogatepass"))
    return f"written-{digest.hexdigest()[:12]}"
