"""What kind a text is, from two opinions: heads on words, which know their sources, and heads on meaning.

Words learnt on old English sets are right about texts of those sources and know little of others; meaning learnt on
written texts of many languages is right about what people write anywhere. How familiar a text is to the first weighs
them. Whatever neither is sure of is `other` and to be read by a person.
"""

from collections.abc import Mapping
from typing import NamedTuple

from classifiers.kind import CERTAIN, KINDS, KindEvidence, kind_of
from schemas.names import ComplaintKind

READABLE = 0.4
"""Under this share the likeliest kind is a guess."""
FAMILIAR = 0.15
"""From here on a text is of a source that heads on words have learnt, and they decide alone."""
_GRIEVANCE, _SHARED = 0.9, 0.3
"""So sure meaning must be of a complaint to be heard against words of a known source that call it harmless, and what
words weigh then: a complaint that is left lying costs more than one that is read."""
_POST = 0.35
"""What the head for posts weighs beside meaning."""
_FEW = 2
"""Tokens of a text that is too short to be of any source."""
_HARMLESS: tuple[ComplaintKind, ...] = ("praise", "enquiry", "other")
_MACHINES: tuple[ComplaintKind, ...] = ("automatic", "spam")


class Opinion(NamedTuple):
    """The kind, how sure it is (0 to 1), and whether it is unread: nothing known speaks for any kind."""

    kind: ComplaintKind
    sure: float
    unread: bool


def by_words(evidence: KindEvidence) -> Opinion:
    """What heads on words, cues and rules say."""
    kind, sure = kind_of(evidence)
    told = evidence.probabilities or evidence.polarity or evidence.grievance is not None
    return Opinion(kind, sure, kind == "other" and not told)


def to_a_person(opinion: Opinion) -> Opinion:
    """What is said of a language that nobody taught: a complaint is believed, nothing that could be left lying is."""
    return opinion if opinion.kind == "complaint" else Opinion("other", opinion.sure, True)


def weight_of(familiar: float, post: bool, tokens: int) -> float:
    """What words weigh: all where their heads know such texts, something for posts, nothing for a word or two."""
    if familiar >= FAMILIAR and tokens > _FEW:
        return 1.0
    return max(familiar * (tokens > _FEW), _POST if post else 0.0)


def of_two(words: Opinion, meaning: Mapping[str, float], weight: float, danger: bool) -> Opinion:
    """Both opinions as one. `meaning`: probabilities by kind; `weight`: of words, 0 to 1."""
    if words.kind in _HARMLESS and meaning.get("complaint", 0.0) >= _GRIEVANCE:
        weight = min(weight, _SHARED)
    shares = {kind: (1 - weight) * meaning.get(kind, 0.0) for kind in KINDS}
    if weight:
        rest = max(1 - meaning.get(words.kind, 0.0), 1e-9)
        for kind in KINDS:
            own = words.sure if kind == words.kind else (1 - words.sure) * meaning.get(kind, 0.0) / rest
            shares[kind] += weight * own
    if danger:
        shares["praise"] = 0.0
    for kind in _MACHINES:
        if danger or shares[kind] < CERTAIN:
            shares[kind] = 0.0
    total = sum(shares.values())
    best = max(KINDS, key=lambda kind: shares[kind])
    sure = shares[best] / total if total else 0.0
    if sure >= READABLE:
        return Opinion(best, sure, False)
    return Opinion("complaint" if danger else "other", sure, not danger)
