"""Why: spans of the input text, each with who says so. Rules first, because they decide first.

Reasons are written as plain dictionaries: an assessment checks them all at once, in a third of the time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from classifiers.lexicon.component import Finding
from classifiers.reading import Reading

Told = dict[str, int | str]
"""The fields of a `schemas.assessment.Reason`."""
_SHOWN = 3
"""At most so many of each sort, the longest: a person reads them."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the input text begins in what was read (a subject may come first), and the rules' version."""

    offset: int
    rules: str
    priority_rules: str


def reasons_of(reading: Reading, category: str, because: Iterable[str], sources: Sources) -> list[Told]:
    """All reasons of one assessment; offsets are characters of the input text, 0 to 0 for its subject or the whole."""
    found = [
        *_passage(reading, sources),
        *_phrases(reading.danger.phrases, sources),
        *_aside(reading, sources),
        *_phrases(reading.cues, sources),
        *_phrases(reading.types, sources),
    ]
    for name, decision in reading.decisions.items():
        says = f"{name}: {category if name == 'category' else decision.label}"
        found.extend(_reason(start, end, says, decision.version, sources) for start, end in decision.spans)
    found.extend(
        {"start": 0, "end": 0, "says": f"priority: {why}", "source": sources.priority_rules}
        for why in because
    )
    return found


def _passage(reading: Reading, sources: Sources) -> Iterator[Told]:
    """The sentence that tells of danger, before its words."""
    if reading.danger.passage is not None and reading.meaning is not None:
        says = f"danger: {', '.join(reading.danger.hazards)}"
        yield _reason(*reading.danger.passage, says, reading.meaning.version, sources)


def _aside(reading: Reading, sources: Sources) -> Iterator[Told]:
    if reading.danger.aside:
        says = (
            f"danger: {', '.join(reading.danger.aside)} (in what was cut from the text, or stands beside it)"
        )
        yield {"start": 0, "end": 0, "says": says, "source": sources.rules}


def _phrases(findings: Iterable[Finding], sources: Sources) -> Iterator[Told]:
    shown: list[Finding] = []
    for one in sorted(findings, key=lambda one: one.start - one.end):
        if len(shown) < _SHOWN and not any(_inside(one, other) for other in shown):
            shown.append(one)
            yield _reason(one.start, one.end, f"{one.kind}: {one.group}", sources.rules, sources)


def _inside(one: Finding, other: Finding) -> bool:
    return one.group == other.group and one.start >= other.start and one.end <= other.end


def _reason(start: int, end: int, says: str, source: str, sources: Sources) -> Told:
    if start < sources.offset:
        return {"start": 0, "end": 0, "says": f"{says} (in the subject)", "source": source}
    return {"start": start - sources.offset, "end": end - sources.offset, "says": says, "source": source}
