"""Heads for danger: which hazards, the whole text, its worst passage; and from what score on they raise an alarm."""

import numpy as np

from classifiers.corpus.text import HAZARDS
from classifiers.danger import score_of
from classifiers.encoder.contract import Floats
from classifiers.encoder.universal import universal
from classifiers.meaning.component import CALM, DANGER, PASSAGE
from classifiers.training.calm import with_calm
from classifiers.training.passages import passage_lesson
from classifiers.training.school import Learnt, School, lesson_of
from classifiers.training.vectors import ALWAYS, FLAT, Lesson, fitted, folds_of, head_of, unseen

COSTS = {"hazards": 6.0, DANGER: 8.0, PASSAGE: 4.0}
MOST_ALARMS, MOST_NEAR = 0.04, 0.08
"""Of ordinary texts and of near-misses, unseen, on which the encoder alone may raise an alarm."""
_MISSED, _UNTAUGHT = 0.005, -6.0
"""Share of dangers of which the encoder may flatly say that they are none; what it needs while no English is taught."""
_HAZARD_FROM = 0.35


def hazards(school: School) -> Learnt:
    truth = np.array([[name in one.label.hazards for name in HAZARDS] for one in school.texts], np.int64)
    every = np.arange(len(truth))
    lesson = lesson_of(school, "hazards", HAZARDS, every, truth, school.weights)
    scores = unseen(lesson, COSTS["hazards"])
    found = fitted(lesson, COSTS["hazards"])
    head = head_of(lesson, found, FLAT, (_HAZARD_FROM, school.version, universal().version))
    return Learnt(head, scores, truth, every)


def dangers(school: School) -> list[Learnt]:
    """Two heads whose scores are added; the alarm is set where the training part, unseen, has as many as allowed."""
    truth = school.dangerous.astype(np.int64)[:, None]
    every = np.arange(len(truth))
    whole = lesson_of(school, DANGER, (DANGER,), every, truth, school.weights)
    passages = passage_lesson(school.texts, school.encoded, school.batches, COSTS[PASSAGE])
    whole, passages = with_calm(whole, school.calm, False), with_calm(passages, school.calm, True)
    scores = unseen(whole, COSTS[DANGER])[: len(every)]
    worst = _worst_unseen(school, passages)
    both = [score_of(float(one), float(other)) for one, other in zip(scores[:, 0], worst, strict=True)]
    alarming = _alarming(school, np.array(both, np.float32))
    calm = _disagreement(school, np.maximum(scores[:, 0], worst))
    told = (school.version, universal().version)
    return [
        Learnt(head_of(whole, fitted(whole, COSTS[DANGER]), FLAT, (alarming, *told)), scores, truth, every),
        Learnt(
            head_of(passages, fitted(passages, COSTS[PASSAGE]), FLAT, (calm, *told)),
            worst[:, None],
            truth,
            every,
        ),
    ]


def _disagreement(school: School, highest: Floats) -> float:
    """The score that hardly any danger falls below, unseen; without English texts the lexicon, which is English most
    of all, is doubted less."""
    english = any(one.written.language == "en" for one in school.texts)
    return float(np.quantile(highest[school.dangerous], _MISSED)) if english else _UNTAUGHT


def _worst_unseen(school: School, lesson: Lesson) -> Floats:
    """The score of each text's worst passage by a head that has seen no text of its batch."""
    worst = np.full(len(school.texts), CALM, np.float32)
    for learnt, judged in folds_of(school.batches, 10):
        seen = np.isin(lesson.batches, [ALWAYS, *np.unique(school.batches[learnt])])
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
