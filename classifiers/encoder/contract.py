"""The seam: texts in, vectors out. Heads are trained on one encoder's vectors and name it by its version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text: a vector for the whole, and one for each of its passages (sentences, or parts of long ones)."""

    whole: Floats
    """Of length 1; zeros for a text without words."""
    passages: tuple[tuple[int, int], ...]
    """Character offsets in the text, in order, without overlap."""
    vectors: Floats
    """Passages x width, each of length 1."""
    known: float
    """Share of the text's pieces that the encoder has ever seen; 0 for none."""


class Encoder(Protocol):
    """Pure: the same text has the same vectors alone, in any batch and in any process of one machine."""

    version: str
    """Names the weights; vectors of another version mean something else."""
    width: int

    def encode(self, texts: Sequence[str]) -> Sequence[Encoded]:
        """Encode texts in order; never raises for a text, however odd or long."""
        ...
