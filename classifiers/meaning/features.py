"""What heads read of a text beside its vector: signs that the encoder's pieces do not carry."""

from collections.abc import Sequence

import numpy as np

from classifiers.encoder.contract import Encoded, Floats

_QUESTIONS = "?？؟"
_CALLS = "!！"
_LOOKED_AT = 4_000
SIGNS = 3
"""How many numbers `signs_of()` gives."""


def signs_of(text: str) -> tuple[float, ...]:
    """Asks, asks at its end, calls out: 0 or 1. Length says nothing here: in a corpus it tells who wrote a batch."""
    seen = text[:_LOOKED_AT].rstrip()
    asks = any(mark in seen for mark in _QUESTIONS)
    calls = any(mark in seen for mark in _CALLS)
    return float(asks), float(seen[-1:] in _QUESTIONS and asks), float(calls)


def rows_of(texts: Sequence[str], encoded: Sequence[Encoded]) -> Floats:
    """What heads for whole texts read: texts x (width + SIGNS)."""
    wholes = np.stack([one.whole for one in encoded])
    signs = np.array([signs_of(text) for text in texts], np.float32)
    return np.concatenate([wholes, signs], axis=1)
