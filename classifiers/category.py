"""What a complaint is about: the pack's model, or its rules where it has none. The best choice first."""

from collections import Counter
from typing import NamedTuple

from classifiers.pack import PackFacts
from classifiers.reading import Reading

RULES_THRESHOLD = 0.5
_SAFETY = "safety"
_DOUBT = 1.0
"""Added to the sum of evidence: one phrase alone makes a choice of one half."""


SHOWN = 3
"""The decision and two alternatives: what a person is asked to choose from."""


class Likely(NamedTuple):
    """One label and how sure it is, 0 to 1: the fields of a `schemas.assessment.Choice`."""

    label: str
    confidence: float


def choices_of(reading: Reading, facts: PackFacts) -> list[Likely]:
    """The likeliest categories with their confidence, best first, never empty."""
    decision = reading.decisions.get("category")
    if facts.category_from == "model" and decision is not None:
        ranked = sorted(range(len(decision.labels)), key=lambda index: -decision.probabilities[index])
        return [_choice(decision.labels[index], decision.probabilities[index]) for index in ranked[:SHOWN]]
    if facts.category_from == "rules":
        return _by_rules(reading, facts)
    return [_choice(facts.other, 0.0)]


def threshold_of(reading: Reading) -> float:
    """Below this confidence the answer is a question to a person."""
    decision = reading.decisions.get("category")
    return decision.threshold if decision is not None else RULES_THRESHOLD


def _by_rules(reading: Reading, facts: PackFacts) -> list[Likely]:
    if reading.safety and _SAFETY in facts.categories:
        return [_choice(_SAFETY, 0.95), *_counted(reading, facts)]
    return _counted(reading, facts) or [_choice(facts.other, 0.0)]


def _counted(reading: Reading, facts: PackFacts) -> list[Likely]:
    counts = Counter(one.group for one in reading.types if one.group in facts.categories)
    total = sum(counts.values()) + _DOUBT
    return [_choice(label, count / total) for label, count in counts.most_common(SHOWN)]


def _choice(label: str, confidence: float) -> Likely:
    return Likely(label, round(confidence, 4))
