"""The figures on a model card. Plain numpy: judging a model needs no training library."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

_BINS = 15
_PLOTTED = 10
_CONFUSIONS = 5
COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is found."""

    label: str
    precision: float
    recall: float
    f1: float
    texts: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts of about the same confidence: their mean confidence, and the share that is right."""

    confidence: float
    right: float
    texts: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """How many texts of one label were taken for another."""

    label: str
    taken_for: str
    texts: int


@dataclass(frozen=True, slots=True)
class Scores:
    """All of one run: `coverage` pairs a share of texts decided alone with the accuracy on them."""

    macro_f1: float
    accuracy: float
    calibration_error: float
    coverage: tuple[tuple[float, float], ...]
    labels: tuple[LabelScore, ...]
    texts: int
    calibration: tuple[Bin, ...] = ()
    confusions: tuple[Confusion, ...] = ()
    """The commonest mistakes, commonest first."""


def scores_of(names: Sequence[str], truth: Ints, said: Ints, sure: Reals) -> Scores:
    """Scores of answers `said` with probability `sure`; labels by number into `names`."""
    each = tuple(_label(names[label], truth == label, said == label) for label in range(len(names)))
    return Scores(
        macro_f1(truth, said, len(names)),
        float((truth == said).mean()),
        calibration_error(truth == said, sure),
        coverage_curve(truth == said, sure),
        each,
        len(truth),
        calibration_bins(truth == said, sure),
        confusions(names, truth, said),
    )


def macro_f1(truth: Ints, said: Ints, labels: int) -> float:
    """The mean of the labels' F1; a label that neither occurs nor is said counts as missing."""
    hit = np.bincount(truth[truth == said], minlength=labels)
    total = np.bincount(truth, minlength=labels) + np.bincount(said, minlength=labels)
    present = total > 0
    return float((2 * hit[present] / total[present]).mean())


def calibration_error(right: NDArray[np.bool_], sure: Reals) -> float:
    """Expected calibration error over 15 equal bins (Naeini and others 2015)."""
    bins = np.clip(np.ceil(sure * _BINS).astype(np.int64) - 1, 0, _BINS - 1)
    gap = np.bincount(bins, right.astype(np.float64) - sure, minlength=_BINS)
    return float(np.abs(gap).sum() / len(right))


def calibration_bins(right: NDArray[np.bool_], sure: Reals) -> tuple[Bin, ...]:
    """What a calibration plot shows: ten equal bins of confidence, empty ones left out."""
    tenth = np.clip(np.ceil(sure * _PLOTTED).astype(np.int64) - 1, 0, _PLOTTED - 1)
    chosen = [(tenth == one) for one in np.unique(tenth)]
    return tuple(
        Bin(round(float(sure[own].mean()), 4), round(float(right[own].mean()), 4), int(own.sum()))
        for own in chosen
    )


def confusions(names: Sequence[str], truth: Ints, said: Ints) -> tuple[Confusion, ...]:
    """The commonest pairs of a label and what it was taken for."""
    wrong = truth != said
    pairs, counts = np.unique(np.stack([truth[wrong], said[wrong]]), axis=1, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:_CONFUSIONS].tolist()
    return tuple(Confusion(names[pairs[0, one]], names[pairs[1, one]], int(counts[one])) for one in order)


def coverage_curve(right: NDArray[np.bool_], sure: Reals) -> tuple[tuple[float, float], ...]:
    """Accuracy on the surest share of the texts, for each share."""
    order = np.argsort(-sure, kind="stable")
    counts = [max(1, round(share * len(right))) for share in COVERAGES]
    return tuple(
        (share, float(right[order[:count]].mean())) for share, count in zip(COVERAGES, counts, strict=True)
    )


def threshold_for(right: NDArray[np.bool_], sure: Reals, wanted: float) -> float:
    """The lowest confidence above which at least `wanted` of the answers are right; 1.0 when there is none."""
    order = np.argsort(-sure, kind="stable")
    running = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(running >= wanted)
    return float(sure[order[enough[-1]]]) if len(enough) else 1.0


def _label(name: str, truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> LabelScore:
    hit = float((truth & said).sum())
    precision = hit / max(float(said.sum()), 1.0)
    recall = hit / max(float(truth.sum()), 1.0)
    f1 = 2 * hit / max(float(truth.sum() + said.sum()), 1.0)
    return LabelScore(name, precision, recall, f1, int(truth.sum()))
