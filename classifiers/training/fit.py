"""One linear machine for each label over scaled tf-idf, squeezed into bytes.

Scaling by the log-count ratio is that of Wang and Manning (2012), softened by a power; rare labels weigh more, by the
root of their rarity.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.linear.counts import Floats
from classifiers.linear.head import Weights
from classifiers.training.matrix import Matrix
from classifiers.training.options import Options

_STEPS = 127


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights for the kept columns of a matrix."""

    columns: NDArray[np.int64]
    idf: Floats
    weights: Floats
    """Columns x labels."""
    bias: Floats

    def scores(self, counts: Matrix) -> Floats:
        """Documents x labels."""
        return np.asarray(tf_idf(counts[:, self.columns], self.idf) @ self.weights + self.bias, np.float32)


def tf_idf(counts: Matrix, idf: Floats) -> Matrix:
    """Sublinear counts times idf, each row normed to length 1."""
    from scipy.sparse import diags

    scaled = counts.tocsr().astype(np.float32)
    scaled.data = 1 + np.log(scaled.data)
    scaled = scaled @ diags(idf)
    norms = np.sqrt(np.asarray(scaled.multiply(scaled).sum(axis=1)).ravel())
    norms[norms == 0] = 1
    return (diags((1 / norms).astype(np.float32)) @ scaled).tocsr()


@dataclass(frozen=True, slots=True)
class Labelled:
    """Counts with a label and a group number for each row."""

    counts: Matrix
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    classes: int

    def rows(self, chosen: NDArray[np.int64]) -> "Labelled":
        """Some of the rows."""
        return Labelled(self.counts[chosen], self.labels[chosen], self.groups[chosen], self.classes)


def fit(data: Labelled, options: Options) -> Fitted:
    """Choose the most telling features, then train; deterministic for the same input and options."""
    from scipy.sparse import diags
    from sklearn.svm import LinearSVC

    labels, classes = data.labels, data.classes
    columns, ratios = _telling(data, options)
    kept = data.counts[:, columns].tocsr()
    documents = np.bincount(kept.indices, minlength=len(columns))
    idf = (np.log((1 + kept.shape[0]) / (1 + documents)) + 1).astype(np.float32)
    values = tf_idf(kept, idf)
    sizes = np.bincount(labels, minlength=classes)
    weights, bias = np.zeros((len(columns), classes), np.float32), np.zeros(classes, np.float32)
    for label in range(classes):
        scale = (ratios[label] ** options.ratio_power).astype(np.float32)
        rarity = float(np.sqrt(sizes.max() / max(sizes[label], 1)))
        machine = LinearSVC(
            C=options.cost,
            tol=1e-2,
            max_iter=200,
            class_weight={1: rarity, 0: 1.0},
            random_state=options.seed,
        )
        machine.fit(values @ diags(scale), (labels == label).astype(int))
        weights[:, label] = machine.coef_[0] * scale
        bias[label] = machine.intercept_[0]
    return Fitted(columns, idf, weights, bias)


def _telling(data: Labelled, options: Options) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The columns worth keeping, ascending, and how one-sided each is for each label (labels x columns)."""
    documents = np.bincount(data.counts.indices, minlength=data.counts.shape[1])
    columns = np.flatnonzero(documents >= options.least_documents)
    columns = columns[_widespread(data.counts[:, columns], data.groups, options.least_groups)]
    seen = data.counts[:, columns].tocsr()
    seen.data = np.ones_like(seen.data)
    total = documents[columns].astype(np.float64)
    ratios = np.zeros((data.classes, len(columns)))
    for label in range(data.classes):
        inside = np.asarray(seen[np.flatnonzero(data.labels == label)].sum(axis=0)).ravel() + 1
        outside = total - inside + 2
        ratios[label] = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum())))
    worth = (ratios * np.sqrt(total)).max(axis=0)
    chosen = np.sort(np.argsort(-worth, kind="stable")[: options.features])
    return columns[chosen], ratios[:, chosen]


def _widespread(counts: Matrix, groups: NDArray[np.int64], least: int) -> NDArray[np.bool_]:
    if least <= 1:
        return np.ones(counts.shape[1], bool)
    present = [
        np.asarray(counts[np.flatnonzero(groups == one)].sum(axis=0)).ravel() > 0 for one in np.unique(groups)
    ]
    spread: NDArray[np.bool_] = np.sum(present, axis=0) >= least
    return spread


def squeezed(fitted: Fitted) -> Weights:
    """The same weights in one byte each, the largest of each label becoming 127."""
    scales = np.abs(fitted.weights).max(axis=0) / _STEPS
    scales[scales == 0] = 1
    return Weights(
        fitted.columns.astype(np.uint32),
        fitted.idf.astype(np.float16),
        np.round(fitted.weights / scales).astype(np.int8),
        scales.astype(np.float32),
        fitted.bias,
    )
