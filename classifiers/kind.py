"""Complaint, praise, enquiry, spam, automatic or other: the model's probabilities, held in check by cues.

A mistake costs differently each way. A complaint taken for spam or for automatic mail is lost, so these two need
near certainty and no sign of a person in trouble; whatever stays unsure is `other`, which a person reads.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.names import ComplaintKind

CERTAIN = 0.9
"""What spam and automatic need."""
LIKELY = 0.45
"""Under this the best remaining kind is only a guess."""
_CUE_WEIGHT: Mapping[str, float] = {"complaint": 1.2, "praise": 1.0, "enquiry": 0.8}


@dataclass(frozen=True, slots=True)
class KindEvidence:
    """What is known of one text."""

    probabilities: Mapping[str, float]
    """By the model; empty without one, or when it does not read the language."""
    cues: Counter[str]
    """How many undenied cue phrases of each group occur."""
    safety: bool


def kind_of(evidence: KindEvidence) -> tuple[ComplaintKind, float]:
    """The kind and how sure it is, 0 to 1. With no evidence at all: `other`, 0."""
    odds = dict(evidence.probabilities) or _from_cues(evidence.cues)
    person = evidence.safety or evidence.cues["complaint"] > 1
    for kind in ("automatic", "spam"):
        if odds.get(kind, 0) < CERTAIN or person:
            odds.pop(kind, None)
    total = sum(odds.values())
    if not total:
        return ("complaint", 0.5) if evidence.safety else ("other", 0.0)
    best = max(odds, key=lambda kind: odds[kind])
    share = odds[best] / max(total, 1e-9)
    if share < LIKELY:
        return ("complaint", share) if evidence.safety else ("other", share)
    return _named(best), share


def _from_cues(cues: Counter[str]) -> dict[str, float]:
    if cues["automatic"] and not cues["complaint"]:
        return {"automatic": 1.0}
    if cues["spam"] > 2 and not cues["complaint"]:
        return {"spam": 1.0}
    weighed = {kind: weight * cues[kind] for kind, weight in _CUE_WEIGHT.items() if cues[kind]}
    total = sum(weighed.values()) + 0.5
    return {kind: weight / total for kind, weight in weighed.items()} | (
        {"other": 0.5 / total} if weighed else {}
    )


def _named(kind: str) -> ComplaintKind:
    names: dict[str, ComplaintKind] = {
        name: name for name in ("complaint", "praise", "enquiry", "spam", "automatic", "other")
    }
    return names[kind]
