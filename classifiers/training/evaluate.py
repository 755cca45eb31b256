"""How good a pack is on texts whose label is known, and whether another one is better."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.contract import Classifier, Text
from classifiers.training.metrics import Ints, Reals, Scores, macro_f1, scores_of
from classifiers.training.rows import Row

_ROUNDS = 1_000
_WORSE = 0.02
"""A label whose F1 falls by more than this is named."""


@dataclass(frozen=True, slots=True)
class Report:
    """Scores of one pack, and its answers, so that two reports on the same rows can be compared."""

    pack: str
    scores: Scores
    abstained: float
    texts_per_cpu_second: float
    names: tuple[str, ...]
    truth: Ints
    said: Ints


@dataclass(frozen=True, slots=True)
class Comparison:
    """New against old on the same texts: the gain in macro-F1 with a 95 % interval, and labels that lose."""

    gain: float
    low: float
    high: float
    worse: tuple[tuple[str, float, float], ...]
    """Label, old F1, new F1."""

    @property
    def verdict(self) -> str:
        """One sentence for a person."""
        interval = f"macro-F1 {self.gain:+.3f} (95 % interval {self.low:+.3f} to {self.high:+.3f})"
        if self.low > 0:
            return f"The new model is better: {interval}."
        if self.high < 0:
            return f"The new model is worse: {interval}. Keep the one in use."
        return f"No difference can be shown: {interval}. More judged texts would tell."


def evaluate(classifier: Classifier, rows: Sequence[Row]) -> Report:
    """Judge a loaded pack on rows; a category that no row has counts as wrong, not as missing."""
    started = time.process_time()
    answers = classifier.assess(Text(row.text) for row in rows)
    spent = max(time.process_time() - started, 1e-9)
    labels = sorted({row.label for row in rows})
    names = tuple(labels + sorted({one.category for one in answers} - set(labels)))
    truth = np.array([names.index(row.label) for row in rows], np.int64)
    said = np.array([names.index(one.category) for one in answers], np.int64)
    sure: Reals = np.array([one.confidence for one in answers], np.float64)
    abstained = sum(one.abstained for one in answers) / len(answers)
    scores = scores_of(names, truth, said, sure)
    return Report(classifier.pack, scores, abstained, len(rows) / spent, names, truth, said)


def compare(new: Report, old: Report, seed: int = 1) -> Comparison:
    """Paired bootstrap over the texts; both reports must be on the same rows in the same order."""
    names = tuple(dict.fromkeys(new.names + old.names))
    truth = _renamed(new.truth, new.names, names)
    answers = [_renamed(one.said, one.names, names) for one in (new, old)]
    gain = _gain(truth, answers[0], answers[1], len(names))
    random = np.random.default_rng(seed)
    gains = np.empty(_ROUNDS)
    for index in range(_ROUNDS):
        drawn = random.integers(0, len(truth), len(truth))
        gains[index] = _gain(truth[drawn], answers[0][drawn], answers[1][drawn], len(names))
    low, high = np.quantile(gains, [0.025, 0.975])
    before = {one.label: one.f1 for one in old.scores.labels}
    worse = tuple(
        (one.label, before[one.label], one.f1)
        for one in new.scores.labels
        if one.texts and one.f1 < before.get(one.label, 0.0) - _WORSE
    )
    return Comparison(gain, float(low), float(high), worse)


def _renamed(labels: Ints, names: Sequence[str], common: Sequence[str]) -> Ints:
    return np.array([common.index(name) for name in names], np.int64)[labels]


def _gain(truth: Ints, new: Ints, old: Ints, labels: int) -> float:
    return macro_f1(truth, new, labels) - macro_f1(truth, old, labels)
