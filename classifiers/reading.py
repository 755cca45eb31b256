"""What the pipeline found in one text, taken out of spaCy's document before its memory goes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from spacy.tokens import Doc

from classifiers.danger import Danger, danger_of
from classifiers.kind import POST_HEAD
from classifiers.language.component import LANGUAGE
from classifiers.lexicon.component import FINDINGS, Finding
from classifiers.linear.component import DECISIONS, Decision
from classifiers.meaning.component import Meaning, meaning_of
from classifiers.pack import PackFacts


@dataclass(frozen=True, slots=True)
class Reading:
    """Language, undenied phrases by purpose, danger, and what heads on words and on meaning say."""

    language: str
    danger: Danger
    cues: tuple[Finding, ...]
    types: tuple[Finding, ...]
    decisions: Mapping[str, Decision]
    tokens: int
    cue_counts: Counter[str]
    """How often each group of cues occurs."""
    meaning: Meaning | None
    """None where the pack reads words alone."""


def read(doc: Doc, facts: PackFacts, short: bool) -> Reading:
    """Read a processed document as the pack sees it: hazards that the pack does not name are not hazards.

    `short`: whether the head for posts speaks too; of longer texts it knows nothing.
    """
    language: str = doc.user_data[LANGUAGE]
    found: list[Finding] = [one for one in doc.user_data[FINDINGS] if not one.negated]
    cues = tuple(one for one in found if one.kind == "cues")
    decisions = _readable(doc.user_data[DECISIONS], language, facts)
    if not short:
        decisions.pop(POST_HEAD, None)
    meaning = meaning_of(doc)
    phrases = [one for one in found if one.kind == "safety" and one.group in facts.hazards]
    return Reading(
        language,
        danger_of(phrases, meaning, facts.hazards),
        cues,
        tuple(one for one in found if one.kind == "types"),
        decisions,
        len(doc),
        Counter([one.group for one in cues]),
        meaning,
    )


def _readable(decisions: Mapping[str, Decision], language: str, facts: PackFacts) -> dict[str, Decision]:
    """Decisions of heads for this very language, by their plain names, before those for the pack's languages."""
    known = {name: one for name, one in decisions.items() if "." not in name and language in facts.languages}
    for name, one in decisions.items():
        head, _, written = name.partition(".")
        if written == language and written:
            known[head] = one
    return known
