"""Two texts: the same, alike, or different, and why."""

from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from classifiers.similarity.fingerprint import text_fingerprint
from classifiers.similarity.normalise import masked, words
from classifiers.similarity.shingles import WIDTH, jaccard, shingles_of

Verdict = Literal["duplicate", "related", "different"]

DUPLICATE = 0.7
RELATED = 0.3
_PASSAGE_WORDS = 400
_SHOWN_WORDS = 12


class Likeness(NamedTuple):
    """How alike two texts are; `score` is the Jaccard index of their three-word runs."""

    score: float
    verdict: Verdict
    reasons: list[str]


def compare(one: str, other: str) -> Likeness:
    """Compare two texts. Whether two people or one wrote them cannot be told from text: identity must say that."""
    if text_fingerprint(one) == text_fingerprint(other):
        return Likeness(
            1.0, "duplicate", ["the same words in the same order, apart from case, marks and greetings"]
        )
    mine, theirs = shingles_of(one), shingles_of(other)
    score = jaccard(mine, theirs)
    shared = round(score * (len(mine) + len(theirs)) / (1 + score))
    reasons = [f"{shared} of {len(mine) + len(theirs) - shared} runs of {WIDTH} words are shared"]
    passage = _longest_passage(one, other) if shared else ""
    if passage:
        reasons.append(f"both say: {passage}")
    return Likeness(round(score, 4), verdict_of(score), reasons)


def verdict_of(score: float) -> Verdict:
    """The verdict for a Jaccard index."""
    if score >= DUPLICATE:
        return "duplicate"
    return "related" if score >= RELATED else "different"


def _longest_passage(one: str, other: str) -> str:
    mine, theirs = masked(words(one))[:_PASSAGE_WORDS], masked(words(other))[:_PASSAGE_WORDS]
    match = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
    return " ".join(mine[match.a : match.a + min(match.size, _SHOWN_WORDS)]) if match.size >= WIDTH else ""
