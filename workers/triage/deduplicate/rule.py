"""Two ways to be a repeat: the same message identity, or the same person with the same text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SAME_TEXT_WINDOW = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Said:
    """A text that a person said before: its fingerprint (hex), when, and the case it belongs to."""

    fingerprint: str
    at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`duplicate`: the very same message; `repeat`: the same words of the same person; else `new`."""

    outcome: Literal["duplicate", "repeat", "new"]
    reference: str = ""


def deduplicate(
    seen: str | None,
    fingerprint: str,
    at: datetime,
    said: Iterable[Said],
    window: timedelta = SAME_TEXT_WINDOW,
) -> Verdict:
    """`seen`: the reference under which this identity was dealt with, if it was.

    `fingerprint` is empty when there is nothing to compare. Source: the two rules are the house's own;
    text alone cannot tell a resubmission from a template letter, so the person must be the same.
    """
    if seen is not None:
        return Verdict("duplicate", seen)
    if fingerprint:
        for earlier in said:
            if earlier.fingerprint == fingerprint and abs(at - earlier.at) <= window:
                return Verdict("repeat", earlier.reference)
    return Verdict("new")
