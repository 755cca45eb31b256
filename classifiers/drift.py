"""Has the world moved away from what a model was trained on? Counts of what it says, compared with its card.

Plain numbers in, sentences out. Every assessment carries what is counted here (confidence, abstention, category,
unknown words) and stands in its case; the monitor reads the newest of them and compares.
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
_MORE, _AT_LEAST_MORE = 1.5, 0.05
"""A share has grown when it is half as large again, and by five in a hundred at least."""
_LESS_SURE = 0.07
_FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Expected:
    """What the card says of texts the model had not seen; None (or an empty mix) where it says nothing.

    `model` is the version that the card is about. `mix` is the share of each category, `unknown` the mean share of
    a text's words and word pairs that the model had never met.
    """

    model: str = ""
    mix: Mapping[str, float] = field(default_factory=dict)
    abstained: float | None = None
    confidence: float | None = None
    unknown: float | None = None


@dataclass(slots=True)
class Tally:
    """What a pack has said on one channel. Sums; the shares follow from them."""

    texts: int = 0
    abstained: int = 0
    confidence: float = 0.0
    unknown: float = 0.0
    labels: Counter[str] = field(default_factory=Counter)

    def add(self, assessment: Assessment) -> None:
        """Count one assessment; only complaints that a model has read, the rest is no sign of drift."""
        if assessment.kind != "complaint" or assessment.unknown is None:
            return
        self.texts += 1
        self.abstained += assessment.abstained
        self.confidence += assessment.confidence
        self.unknown += assessment.unknown
        self.labels[assessment.category] += 1

    def share(self, total: float) -> float:
        """A sum as a mean over the texts."""
        return total / max(self.texts, 1)


def expected_of(card: Path, own: bool) -> Expected:
    """Read a `card.json`. Without a category model only unknown words can be judged, by the model of kinds.

    `own`: the organisation trained it on its own complaints. The mix of a shipped pack is that of strangers, so it
    is left out. Raises ValueError for what is no card.
    """
    heads = {one["head"]: one for one in json.loads(card.read_text("utf-8"))}
    one = heads.get("category")
    if one is None:
        return Expected(unknown=heads.get("kind", {}).get("unknown"))
    counts = {label["label"]: label["texts"] for label in one["unseen"]["labels"]}
    total = sum(counts.values())
    mix = {label: count / total for label, count in counts.items()} if own else {}
    return Expected(one["version"], mix, one["abstained"], one["confidence"], one.get("unknown"))


def moved(tally: Tally, expected: Expected) -> list[str]:
    """What differs from the card so much that training again is worth the while; empty when all is well."""
    if tally.texts < ENOUGH:
        return []
    found = []
    shift = stability_index(tally.labels, expected.mix) if expected.mix else 0.0
    if shift > _MIX_MOVED:
        found.append(
            f"the mix of categories has moved (stability index {shift:.2f}, large from {_MIX_MOVED})"
        )
    abstained, sure = tally.share(tally.abstained), tally.share(tally.confidence)
    unknown = tally.share(tally.unknown)
    if expected.abstained is not None and abstained > _clearly_above(expected.abstained):
        found.append(f"it abstains on {abstained:.0%} of the texts instead of {expected.abstained:.0%}")
    if expected.confidence is not None and sure < expected.confidence - _LESS_SURE:
        found.append(f"it is {sure:.2f} sure on average instead of {expected.confidence:.2f}")
    if expected.unknown is not None and unknown > _clearly_above(expected.unknown):
        found.append(f"{unknown:.0%} of the words are new to it instead of {expected.unknown:.0%}")
    return found


def _clearly_above(share: float) -> float:
    return max(_MORE * share, share + _AT_LEAST_MORE)


def stability_index(counts: Mapping[str, int], mix: Mapping[str, float]) -> float:
    """Population stability index of counted labels against an expected mix; 0 when they agree."""
    total = max(sum(counts.values()), 1)
    index = 0.0
    for label in {*counts, *mix}:
        now, then = max(counts.get(label, 0) / total, _FLOOR), max(mix.get(label, 0.0), _FLOOR)
        index += (now - then) * math.log(now / then)
    return index
