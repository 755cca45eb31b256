"""From scores to probabilities that mean what they say, fitted on scores of texts the model had not seen."""

from dataclasses import dataclass

import numpy as np

from classifiers.linear.counts import Floats

_KNEE = -0.2


def score_features(scores: Floats, lengths: Floats) -> Floats:
    """What the calibrator sees, one row for each text: the scores, bent twice, how clear the lead is, the length.

    `scores` has one column for each label, `lengths` counts tokens.
    """
    ranked = np.sort(scores, axis=1)
    lead = ranked[:, -1:] - ranked[:, -2:-1]
    bent = [scores, np.maximum(scores, _KNEE), np.sign(scores) * scores * scores]
    return np.hstack([*bent, ranked[:, -1:], lead, np.log1p(lengths)[:, None]]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Calibrator:
    """Multinomial logistic regression on `score_features`: `weights` is features x labels."""

    weights: Floats
    bias: Floats

    def probabilities(self, scores: Floats, lengths: Floats) -> Floats:
        """One row of probabilities for each text; each row sums to 1."""
        logits = score_features(scores, lengths) @ self.weights + self.bias
        raised = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
