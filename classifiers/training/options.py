"""What a training run may be told."""

from collections.abc import Callable
from dataclasses import dataclass

from classifiers.linear.features import Field

Progress = Callable[[str, float], None]
"""Called with what is done now and how far it is, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Options:
    """Defaults are what was measured best on real complaints; a user needs `seed` and `wanted_accuracy` at most."""

    seed: int = 1
    wanted_accuracy: float = 0.9
    """Of the texts that the model decides alone; the others go to a person."""
    fields: tuple[Field, ...] = ("words", "pairs", "opening")
    least_documents: int = 2
    """A feature of fewer texts is not learnt: it would be a name."""
    least_groups: int = 1
    """A feature of fewer groups (sources) is not learnt: it would tell the source, not the label."""
    features: int = 300_000
    cost: float = 0.3
    ratio_power: float = 0.5
    """How strongly a feature is scaled by how one-sided it is (log-count ratio)."""
    longest: int = 0
    """Tokens of the longest text that the head is to read; 0 for any."""
    folds: int = 5
    judged_on: tuple[str, ...] = ()
    """Groups (sources) that are left out in turn, to judge and calibrate the head on what it has never met; all texts
    in `folds` parts where none is named."""
    balance: float = 0.0
    """0: probabilities as the training data has them; 1: as if every label were as frequent (for macro-F1)."""


def silent(step: str, share: float) -> None:
    """No progress shown."""


DEFAULTS = Options()
