"""Has the world moved away from what a model was trained on? Counts of what it says, compared with its card.

Plain numbers in, sentences out: the counting goes with the classify step, the comparing with the monitor.
"""

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemas.assessment import Assessment

ENOUGH = 200
"""Below so many texts nothing is said: chance would speak."""
_MIX_MOVED = 0.25
"""Population stability index; 0.1 is small, 0.25 large by long custom in credit scoring."""
_ABSTAINED_MORE = 1.5
_LESS_SURE = 0.07
_FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Expected:
    """What the card says: the label mix of training, the share abstained and the mean confidence on unseen texts."""

    mix: Mapping[str, float]
    abstained: float
    confidence: float


@dataclass(slots=True)
class Tally:
    """What a pack has said on one channel; add assessments, or tallies of other workers."""

    texts: int = 0
    abstained: int = 0
    confidence: float = 0.0
    labels: Counter[str] = field(default_factory=Counter)

    def add(self, assessment: Assessment) -> None:
        """Count one assessment; only complaints in a language that the model reads, the rest is no sign of drift."""
        if assessment.kind != "complaint" or not assessment.model:
            return
        self.texts += 1
        self.abstained += assessment.abstained
        self.confidence += assessment.confidence
        self.labels[assessment.category] += 1

    def merge(self, other: "Tally") -> None:
        """Add another worker's counts."""
        self.texts += other.texts
        self.abstained += other.abstained
        self.confidence += other.confidence
        self.labels.update(other.labels)


def expected_of(card: Path) -> Expected:
    """Read the category model's part of a `card.json`; raises ValueError when it has none."""
    for one in json.loads(card.read_text("utf-8")):
        if one["head"] == "category":
            counts = {label["label"]: label["texts"] for label in one["unseen"]["labels"]}
            total = sum(counts.values())
            mix = {label: count / total for label, count in counts.items()}
            return Expected(mix, one["abstained"], one["confidence"])
    raise ValueError(f"{card} describes no category model")


def moved(tally: Tally, expected: Expected) -> list[str]:
    """What differs from the card so much that training again is worth the while; empty when all is well."""
    if tally.texts < ENOUGH:
        return []
    found = []
    shift = stability_index(tally.labels, expected.mix)
    if shift > _MIX_MOVED:
        found.append(
            f"the mix of categories has moved (stability index {shift:.2f}, large from {_MIX_MOVED})"
        )
    abstained, sure = tally.abstained / tally.texts, tally.confidence / tally.texts
    if abstained > max(_ABSTAINED_MORE * expected.abstained, expected.abstained + 0.05):
        found.append(f"it abstains on {abstained:.0%} of the texts instead of {expected.abstained:.0%}")
    if sure < expected.confidence - _LESS_SURE:
        found.append(f"it is {sure:.2f} sure on average instead of {expected.confidence:.2f}")
    return found


def stability_index(counts: Mapping[str, int], mix: Mapping[str, float]) -> float:
    """Population stability index of counted labels against an expected mix; 0 when they agree."""
    total = max(sum(counts.values()), 1)
    index = 0.0
    for label in {*counts, *mix}:
        now, then = max(counts.get(label, 0) / total, _FLOOR), max(mix.get(label, 0.0), _FLOOR)
        index += (now - then) * math.log(now / then)
    return index
