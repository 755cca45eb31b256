"""A calibrated head from labelled texts: fitted on all of them, calibrated on scores of texts it had not seen."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from classifiers.linear.calibration import Calibrator, score_features
from classifiers.linear.counts import Floats
from classifiers.linear.head import Head
from classifiers.similarity.fingerprint import text_fingerprint
from classifiers.training.fit import Labelled, fit, squeezed
from classifiers.training.matrix import count_matrix
from classifiers.training.metrics import Scores, scores_of, threshold_for
from classifiers.training.options import Options, Progress
from classifiers.training.rows import Row
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class TrainedHead:
    """The head and how it did on its own training texts when it had not seen them."""

    head: Head
    unseen: Scores
    abstained: float
    """Share of the unseen texts on which it abstains."""
    confidence: float
    """Its mean confidence on them."""
    unknown: float
    """Mean share of their features that it had never met: how new ordinary texts are to it."""
    data_hash: str
    texts: int
    """How many it was fitted on; where sources are judged, more than `unseen` counts."""


def train_head(
    nlp: Language, name: str, rows: Sequence[Row], options: Options, progress: Progress
) -> TrainedHead:
    """Train one head; the same rows and options give the same bytes."""
    labels = tuple(sorted({row.label for row in rows}))
    truth = np.array([labels.index(row.label) for row in rows], np.int64)
    progress(f"{name}: reading {len(rows)} texts", 0.0)
    counts, lengths = count_matrix(nlp, [row.text for row in rows], options.fields)
    names = sorted({row.group for row in rows})
    groups = (
        np.array([names.index(row.group) for row in rows], np.int64) if options.least_groups > 1 else truth
    )
    data = Labelled(counts, truth, groups, len(labels))
    folds = _folds(rows, options)
    _check_spread(rows, folds)
    judged = np.flatnonzero(folds >= 0)
    unseen, unknown = _unseen_scores(data, folds, (name, options, progress))
    progress(f"{name}: calibrating", 0.8)
    unseen, lengths, truth = unseen[judged], lengths[judged], truth[judged]
    calibrator = _calibrator(unseen, lengths, truth, options.balance)
    probabilities = calibrator.probabilities(unseen, lengths)
    said, sure = probabilities.argmax(axis=1), probabilities.max(axis=1).astype(np.float64)
    progress(f"{name}: fitting on all texts", 0.85)
    weights = squeezed(fit(data, options))
    threshold = threshold_for(said == truth, sure, options.wanted_accuracy)
    digest = data_hash(rows)
    head = Head(
        name, labels, options.fields, weights, calibrator, threshold, f"{name}-{digest[:12]}", options.longest
    )
    progress(f"{name}: done", 1.0)
    abstained, confidence = float((sure < threshold).mean()), float(sure.mean())
    return TrainedHead(
        head, scores_of(labels, truth, said, sure), abstained, confidence, unknown, digest, len(rows)
    )


def data_hash(rows: Sequence[Row]) -> str:
    """SHA-256 over labels and texts in order: names the exact training data."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.label}\0{row.text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _folds(rows: Sequence[Row], options: Options) -> NDArray[np.int64]:
    """A fold for each row; copies and rows of one group share theirs. -1: never left out."""
    if options.judged_on:
        own = {group: fold for fold, group in enumerate(options.judged_on)}
        return np.array([own.get(row.group, -1) for row in rows], np.int64)
    keys = [row.group.encode() or text_fingerprint(row.text) for row in rows]
    salt = options.seed.to_bytes(8, "big", signed=True)
    digests = (hashlib.blake2b(key, digest_size=4, salt=salt).digest() for key in keys)
    return np.array([int.from_bytes(digest, "big") % options.folds for digest in digests], np.int64)


def _check_spread(rows: Sequence[Row], folds: NDArray[np.int64]) -> None:
    """Raises Misconfigured for labels whose texts are left out all at once: then none is there to learn from."""
    places: dict[str, set[int]] = {}
    for row, fold in zip(rows, folds.tolist(), strict=True):
        places.setdefault(row.label, set()).add(fold)
    alone = sorted(label for label, found in places.items() if len(found) == 1 and -1 not in found)
    if alone:
        raise Misconfigured(
            "--group",
            f"all texts of {', '.join(map(repr, alone))} are near copies of one another, by their text or by the "
            "field that names their group: add different texts, or name another field",
        )


def _unseen_scores(
    data: Labelled, folds: NDArray[np.int64], run: tuple[str, Options, Progress]
) -> tuple[Floats, float]:
    """Each row scored by a model that had not seen it, and the mean share of features new to that model."""
    name, options, progress = run
    scores, known = np.zeros((len(folds), data.classes), np.float32), np.zeros(len(folds))
    count = len(options.judged_on) or options.folds
    for fold in range(count):
        progress(f"{name}: fold {fold + 1} of {count}", 0.1 + 0.7 * fold / count)
        out = np.flatnonzero(folds == fold)
        if len(out):
            rest = np.flatnonzero(folds != fold)
            fitted = fit(data.rows(rest), options)
            scores[out] = fitted.scores(data.counts[out])
            known[out] = data.counts[out][:, fitted.columns].getnnz(axis=1)
    shares = known / np.maximum(data.counts.getnnz(axis=1), 1)
    return scores, float(1 - shares[folds >= 0].mean())


def _calibrator(scores: Floats, lengths: Floats, truth: NDArray[np.int64], balance: float) -> Calibrator:
    from sklearn.linear_model import LogisticRegression

    features = score_features(scores, lengths)
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=1000).fit(
        (features - mean) / spread, truth, sample_weight=(len(truth) / np.bincount(truth)[truth]) ** balance
    )
    coefficients, intercept = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(coefficients) == 1:
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercept = np.concatenate([[0.0], intercept])
    weights = (coefficients / spread).T
    bias = intercept - mean @ weights
    return Calibrator(weights.astype(np.float32), bias.astype(np.float32))
