"""Complaint, praise, enquiry, spam, automatic or other: the model's probabilities, held in check by cues.

A mistake costs differently each way. A complaint taken for spam or for automatic mail is lost, so these two need
near certainty and no sign of a person in trouble; whatever stays unsure is `other`, which a person reads.

A model learns the source of its texts as much as their kind, and short posts are a source of their own: there a
second head decides that was trained on single sentences, on words seen in at least three sources, with wordings of
many domains and the pleasantness of words as prior knowledge, and cues count beside it. Where no channel is known it
is heard too: a short text that the first head doubtfully takes for something harmless, and the second is sure of.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.names import ComplaintKind

POST_HEAD = "tone"
GRIEVANCE, NONE = "grievance", "none"
"""The labels of the head for posts."""
CERTAIN = 0.6
"""What spam and automatic need. On the development data no complaint is taken for either at this."""
BEYOND_DOUBT = 0.9
"""What they need where a few words sound like a complaint: advertisements complain too."""
LIKELY = 0.35
"""Under this the best remaining kind is only a guess."""
SHORT_CHANNELS = frozenset(
    {"mastodon", "bluesky", "x", "telegram", "whatsapp", "messenger", "instagram", "sms", "webform"}
    | {"telephone", "counter"}
)
"""Where people write to an organisation in a sentence or two."""
POST_LENGTH = 500
"""Characters; a longer text is a letter, wherever it was posted."""
KINDS: tuple[ComplaintKind, ...] = ("complaint", "praise", "enquiry", "spam", "automatic", "other")
_CUE_WEIGHT: Mapping[str, float] = {"complaint": 1.2, "praise": 1.0, "enquiry": 0.8}
_POST_WEIGHT: Mapping[str, tuple[float, int]] = {
    "complaint": (1.2, 3),
    "praise": (-1.5, 2),
    "repeated": (0.5, 2),
    "money": (0.5, 1),
}
"""Log-odds for each cue, and how many of them count. A question says nothing by itself: people complain in them too."""
_PROBLEM = (0.4, 2)
_PRIOR = -0.25
"""The head's probabilities are as if half of all posts complained; where the mean F1 over unseen sources is best."""
SECOND_OPINION, _DOUBT = 0.7, 0.9
"""Where no channel is known: how sure the head for posts must be of a complaint, and how unsure the first head."""
SURE_POST = 0.98
"""How sure the head for posts must be to be right against a first head that has no doubt."""
_HARMLESS = ("other", "enquiry", "praise")
_FEW_WORDS = 160
_OFFER = re.compile(r"\d|[£$€@]|www|http|\.(?:com|co|net|org)\b", re.IGNORECASE)
_POLARITY_KIND = {"neutral": "other"}


@dataclass(frozen=True, slots=True)
class KindEvidence:
    """What is known of one text."""

    probabilities: Mapping[str, float] = field(default_factory=dict)
    """By the model; empty without one, or when it does not read the language."""
    grievance: float | None = None
    """Probability by the head for posts; None where it does not apply."""
    post: bool = False
    """Whether the text is a post, of which the other heads know little."""
    cues: Counter[str] = field(default_factory=Counter)
    """How many undenied cue phrases of each group occur."""
    problems: int = 0
    """How many problem types are named."""
    polarity: Mapping[str, float] = field(default_factory=dict)
    """Complaint, praise or neutral by a head of the pack's own; it knows its sector better than the shared head."""
    question: bool = False
    safety: bool = False
    selling: bool = True
    """Whether anything in it could sell or defraud: see `may_sell`."""


def is_short(text: str) -> bool:
    """Whether the head for posts may read a text."""
    return len(text) <= POST_LENGTH


def is_post(text: str, channel: str) -> bool:
    """Whether a text is a post to an organisation: by its channel, or short and addressed with a handle."""
    return is_short(text) and (channel in SHORT_CHANNELS or text.lstrip(" .").startswith("@"))


def may_sell(text: str, cues: Counter[str]) -> bool:
    """Whether a text holds what spam needs: a number, a sum, a link, an address, words that sell, or many words."""
    return len(text) >= _FEW_WORDS or cues["spam"] > 0 or _OFFER.search(text) is not None


def kind_of(evidence: KindEvidence) -> tuple[ComplaintKind, float]:
    """The kind and how sure it is, 0 to 1. With no evidence at all: `other`, 0."""
    kind, sure = _of_letter(evidence)
    if evidence.grievance is None or evidence.polarity:
        return kind, sure
    complains = _complains(evidence, evidence.grievance)
    if evidence.post:
        return _of_post(evidence, complains, (kind, sure))
    if kind in _HARMLESS and complains >= (SECOND_OPINION if sure < _DOUBT else SURE_POST):
        return "complaint", complains
    return kind, sure


def _of_letter(evidence: KindEvidence) -> tuple[ComplaintKind, float]:
    odds = _odds(evidence)
    for kind in ("automatic", "spam"):
        if odds.get(kind, 0) < _needed(evidence) or (kind == "spam" and not evidence.selling):
            odds.pop(kind, None)
    total = sum(odds.values())
    if not total:
        return ("complaint", 0.5) if evidence.safety else ("other", 0.0)
    best = max(odds, key=lambda kind: odds[kind])
    share = odds[best] / total
    if share < LIKELY:
        return ("complaint" if evidence.safety else "other"), share
    return next(kind for kind in KINDS if kind == best), share


def _odds(evidence: KindEvidence) -> dict[str, float]:
    if not evidence.polarity:
        return dict(evidence.probabilities) or _from_cues(evidence.cues)
    apart = {kind: evidence.probabilities.get(kind, 0.0) for kind in ("automatic", "spam", "enquiry")}
    sure = {kind: share for kind, share in apart.items() if share >= CERTAIN}
    rest = 1 - sum(sure.values())
    return sure | {
        _POLARITY_KIND.get(label, label): rest * share for label, share in evidence.polarity.items()
    }


def _needed(evidence: KindEvidence) -> float:
    """How sure spam and automatic must be: impossible where somebody may be in danger."""
    complains = evidence.cues["complaint"]
    if evidence.safety or complains > 3:
        return 2.0
    return BEYOND_DOUBT if complains > 1 else CERTAIN


def _complains(evidence: KindEvidence, grievance: float) -> float:
    """The probability of a complaint by the head for posts and the cues."""
    odds = math.log(grievance / (1 - grievance)) if 0 < grievance < 1 else 0.0
    odds += sum(weight * min(evidence.cues[cue], most) for cue, (weight, most) in _POST_WEIGHT.items())
    odds += _PROBLEM[0] * min(evidence.problems, _PROBLEM[1]) + _PRIOR
    return 1 / (1 + math.exp(-odds))


def _of_post(
    evidence: KindEvidence, complains: float, letter: tuple[ComplaintKind, float]
) -> tuple[ComplaintKind, float]:
    """`letter`: what it would be elsewhere; heard where it is sure of something else than a complaint."""
    kind, sure = letter
    if kind in ("spam", "automatic") and sure >= BEYOND_DOUBT > complains:
        return letter
    if complains >= 0.5 or evidence.safety:
        return "complaint", max(complains, 0.5)
    if kind != "complaint" and sure >= CERTAIN:
        return kind, min(sure, 1 - complains)
    if evidence.cues["praise"] > evidence.cues["enquiry"]:
        return "praise", 1 - complains
    if evidence.question or evidence.cues["enquiry"]:
        return "enquiry", 1 - complains
    return "other", 1 - complains


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
