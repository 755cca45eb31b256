"""One head on vectors: probabilities for labels, one of which holds, or each of which may."""

from dataclasses import dataclass

import numpy as np

from classifiers.encoder.contract import Floats
from classifiers.encoder.pieces import filled_up


@dataclass(frozen=True, slots=True)
class VectorHead:
    """Weights for the vectors of one encoder. `landmarks` bend the space first (Nyström); none: a linear head."""

    name: str
    labels: tuple[str, ...]
    exclusive: bool
    """True: one label holds, probabilities sum to 1; False: each may hold or not."""
    weights: Floats
    """Features x labels."""
    bias: Floats
    threshold: float
    """Of an exclusive head: abstain below this probability; else: a label holds from this probability on."""
    version: str
    encoder: str
    """The version of the encoder whose vectors it reads."""
    landmarks: Floats
    """Landmarks x width; none for a linear head."""
    whitening: Floats
    """Landmarks x landmarks."""
    gamma: float
    taught: tuple[str, ...] = ()
    """Languages of the texts that it learnt from."""

    def logits(self, rows: Floats) -> Floats:
        """Scores, rows x labels: the same for a row whatever stands beside it."""
        size = len(rows)
        filled = np.zeros((filled_up(size), rows.shape[1]), np.float32)
        filled[:size] = rows
        features = bent(filled, self.landmarks, self.whitening, self.gamma)
        return np.asarray((features @ self.weights + self.bias)[:size], np.float32)

    def probabilities(self, rows: Floats) -> Floats:
        """What the labels are worth, rows x labels."""
        scores = self.logits(rows)
        if not self.exclusive:
            return np.asarray(1 / (1 + np.exp(-np.clip(scores, -40, 40))), np.float32)
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def bent(rows: Floats, landmarks: Floats, whitening: Floats, gamma: float) -> Floats:
    """Rows with their vectors in the space of a radial kernel, by nearness to landmarks (Williams and Seeger 2001).

    What stands behind the vector in a row stays as it is. Without landmarks so does everything.
    """
    if not len(landmarks):
        return rows
    width = landmarks.shape[1]
    apart = 2 - 2 * rows[:, :width] @ landmarks.T
    near = np.exp(-gamma * np.maximum(apart, 0)) @ whitening
    return np.concatenate([near, rows[:, width:]], axis=1).astype(np.float32)
