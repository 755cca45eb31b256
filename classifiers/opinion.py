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


def of_two(words: Opinion, meaning: Mapping[str, float], familiar: float, danger: bool) -> Opinion:
    """Both opinions as one. `meaning`: probabilities by kind; `familiar`: the weight of words, 0 to 1."""
    shares = {kind: (1 - familiar) * meaning.get(kind, 0.0) for kind in KINDS}
    if familiar:
        rest = max(1 - meaning.get(words.kind, 0.0), 1e-9)
        for kind in KINDS:
            own = words.sure if kind == words.kind else (1 - words.sure) * meaning.get(kind, 0.0) / rest
            shares[kind] += familiar * own
    for kind in _MACHINES:
        if danger or shares[kind] < CERTAIN:
            shares[kind] = 0.0
    total = sum(shares.values())
    best = max(KINDS, key=lambda kind: shares[kind])
    sure = shares[best] / total if total else 0.0
    if sure >= READABLE:
        return Opinion(best, sure, False)
    return Opinion("complaint" if danger else "other", sure, not danger)
