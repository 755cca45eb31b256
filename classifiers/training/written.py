"""Heads on vectors from the written corpus: kind, category, severity, hazards, danger of whole texts and of passages.

Every choice (thresholds, temperatures) is made on texts that the head had not seen, batch by batch, of the training
part alone. A batch has one writer and one topic, so what is judged is always another voice.
"""

from collections.abc import Callable, Sequence

import numpy as np

from classifiers.corpus.text import CATEGORIES, KINDS, SEVERITIES
from classifiers.encoder.contract import Floats
from classifiers.encoder.universal import universal
from classifiers.meaning.features import rows_of
from classifiers.training.alarms import dangers, hazards
from classifiers.training.phrases import spelled_phrases
from classifiers.training.school import Learnt, School, lesson_of
from classifiers.training.vectors import (
    ALWAYS,
    FLAT,
    Ints,
    Lesson,
    Space,
    fitted,
    head_of,
    temperature,
    unseen,
)

SAFETY = "safety"
COSTS = {
    "kind": 6.0,
    "category": 4.0,
    "severity": 2.0,
    "source": 10.0,
}
MOST_ABSTAINED = 0.1
"""Share of ordinary texts of which no kind, or no category, is said."""
_HALF = 0.5
_PHRASE = 0.15
"""What a phrase of the lexicon weighs beside a text."""

Told = Callable[[str], None]


def learn(school: School, old: Sequence[str], told: Told) -> list[Learnt]:
    """All heads; the same texts give the same heads. `old`: texts of the sources that heads on words learnt."""
    found = []
    for name, taken in (("kind", _kinds), ("category", _categories), ("severity", _severities)):
        told(f"{name}: {len(school.texts)} texts")
        found.append(_exclusive(school, name, taken(school), told))
    told("hazards and danger")
    found.append(hazards(school))
    found.extend(dangers(school))
    told(f"source: {len(old)} old texts")
    found.append(_source(school, old))
    return found


def _kinds(school: School) -> tuple[Lesson, Ints]:
    truth = np.array([KINDS.index(one.label.kind) for one in school.texts])
    sizes = np.bincount(truth, minlength=len(KINDS))
    balance = (sizes.max() / np.maximum(sizes, 1)) ** 0.35
    every = np.arange(len(truth))
    return lesson_of(school, "kind", KINDS, every, truth, school.weights * balance[truth]), every


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
    answers = np.array(truth)
    sizes = np.bincount(answers, minlength=len(labels))
    balance = (sizes.max() / np.maximum(sizes, 1)) ** 0.35
    lesson = lesson_of(
        school, "category", labels, np.array(places), answers, np.array(weights) * balance[answers]
    )
    return _with_phrases(lesson), np.array(places)


def _with_phrases(lesson: Lesson) -> Lesson:
    """The lexicon's phrases for problem types as little lessons beside the texts."""
    phrases = [one for one in spelled_phrases() if one.kind == "types" and one.group in lesson.labels]
    texts = [one.text for one in phrases]
    truth = np.array([lesson.labels.index(one.group) for one in phrases])
    return Lesson(
        lesson.name,
        lesson.labels,
        np.concatenate([lesson.rows, rows_of(texts, universal().encode(texts))]),
        np.concatenate([lesson.truth, truth]),
        np.concatenate([lesson.weights, np.full(len(texts), _PHRASE)]),
        np.concatenate([lesson.batches, np.full(len(texts), ALWAYS)]),
    )


def _severities(school: School) -> tuple[Lesson, Ints]:
    chosen = np.flatnonzero(~school.dangerous)
    truth = np.array([SEVERITIES.index(school.texts[place].label.severity) for place in chosen.tolist()])
    sizes = np.bincount(truth, minlength=len(SEVERITIES))
    balance = (sizes.max() / np.maximum(sizes, 1)) ** 0.35
    return lesson_of(
        school, "severity", SEVERITIES, chosen, truth, school.weights[chosen] * balance[truth]
    ), chosen


def _exclusive(
    school: School, name: str, lesson: tuple[Lesson, Ints], told: Told, space: Space = FLAT
) -> Learnt:
    given, judged = lesson
    scores = unseen(given, COSTS[name], space)[: len(judged)]
    truth = given.truth[: len(judged)]
    heat = temperature(scores, truth)
    weights, bias = fitted(given, COSTS[name], space)
    sure = _softmax(scores / heat).max(axis=1)
    threshold = float(np.quantile(sure, MOST_ABSTAINED)) if len(sure) else 0.0
    right = float((scores.argmax(axis=1) == truth).mean())
    told(f"{name}: {right:.3f} of unseen texts right, temperature {heat:.2f}, abstains below {threshold:.2f}")
    head = head_of(
        given, (weights / heat, bias / heat), space, (threshold, school.version, universal().version)
    )
    return Learnt(head, scores / heat, truth, judged)


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


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
