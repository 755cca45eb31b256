"""What a complaint is about: by the pack's model on words, by meaning, or by its rules. The best choice first."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from classifiers.pack import PackFacts
from classifiers.reading import Reading

RULES_THRESHOLD = 0.5
_SAFETY = "safety"
_SURE_DANGER = 0.95
_DOUBT = 1.0
"""Added to the sum of evidence: one phrase alone makes a choice of one half."""


SHOWN = 3
"""The decision and two alternatives: what a person is asked to choose from."""


class Likely(NamedTuple):
    """One label and how sure it is, 0 to 1: the fields of a `schemas.assessment.Choice`."""

    label: str
    confidence: float


HEAD = "category"


def choices_of(reading: Reading, facts: PackFacts) -> list[Likely]:
    """The likeliest categories with their confidence, best first, never empty."""
    decision = reading.decisions.get("category")
    if facts.category_from == "model" and decision is not None:
        ranked = sorted(range(len(decision.labels)), key=lambda index: -decision.probabilities[index])
        return [_choice(decision.labels[index], decision.probabilities[index]) for index in ranked[:SHOWN]]
    if facts.category_from == "meaning" and reading.meaning is not None and HEAD in reading.meaning.heads:
        return _by_meaning(reading, reading.meaning.heads[HEAD], facts)
    if facts.category_from != "model":
        return _by_rules(reading, facts)
    return [_choice(one, 0.0) for one in dict.fromkeys((facts.other, *facts.categories))][:SHOWN]


def threshold_of(reading: Reading) -> float:
    """Below this confidence the answer is a question to a person."""
    decision = reading.decisions.get("category")
    if decision is not None:
        return decision.threshold
    meaning = reading.meaning
    return RULES_THRESHOLD if meaning is None else meaning.thresholds.get(HEAD, RULES_THRESHOLD)


def _by_rules(reading: Reading, facts: PackFacts) -> list[Likely]:
    if reading.danger.hit and _SAFETY in facts.categories:
        return [_choice(_SAFETY, _SURE_DANGER), *_counted(reading, facts)]
    return _counted(reading, facts) or [_choice(facts.other, 0.0)]


def _by_meaning(reading: Reading, shares: Mapping[str, float], facts: PackFacts) -> list[Likely]:
    """What the text is about apart from danger; danger comes before it."""
    known = sorted((one for one in shares if one in facts.categories), key=lambda one: -shares[one])
    if not (reading.danger.hit and _SAFETY in facts.categories):
        return [_choice(one, shares[one]) for one in known[:SHOWN]]
    rest = 1 - _SURE_DANGER
    return [_choice(_SAFETY, _SURE_DANGER), *(_choice(one, rest * shares[one]) for one in known[: SHOWN - 1])]


def _counted(reading: Reading, facts: PackFacts) -> list[Likely]:
    counts = Counter(one.group for one in reading.types if one.group in facts.categories)
    total = sum(counts.values()) + _DOUBT
    return [_choice(label, count / total) for label, count in counts.most_common(SHOWN)]


def _choice(label: str, confidence: float) -> Likely:
    return Likely(label, round(confidence, 4))
