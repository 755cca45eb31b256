"""What a run found out, as plain data for the judge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.chaos.casework import Said
from tests.acceptance.chaos.census import Books
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.letters import Letter


@dataclass(frozen=True, slots=True)
class Torn:
    """A spool was cut in its last confirmed entry, which held the complaints or replies with these numbers (none: a
    callback)."""

    at: float
    numbers: frozenset[int]
    replies: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Shaken:
    """From when to when something was broken that may leave a letter between its sending and its record."""

    kind: str
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """By complaint number and wall clock what a channel confirmed: `heard`, the `repeated` words, the `replied` answers
    to our letters; `owed`: channel and address of the letter each is owed; `tries`: how often an answer was
    said until it was heard; `told`: references told at once. `outcomes`:
    what the case system said. `thawed`: when a frozen letters worker woke. `torn`, `said_lost`: what the spool lost,
    and how much the product says it lost. `view`: references in the case view, None when it was not looked at.
    `seen`: findings of those who struck and of the logs.
    """

    heard: Mapping[int, float]
    owed: Mapping[int, tuple[str, str]]
    books: Books
    letters: Sequence[Letter]
    repeated: Mapping[int, float] = field(default_factory=dict)
    replied: Mapping[int, float] = field(default_factory=dict)
    tries: Mapping[int, int] = field(default_factory=dict)
    told: Mapping[int, str] = field(default_factory=dict)
    outcomes: Sequence[Said] = ()
    reconcile: Mapping[str, Any] = field(default_factory=dict)
    thawed: Sequence[float] = ()
    shaken: Sequence[Shaken] = ()
    torn: Sequence[Torn] = ()
    said_lost: int = 0
    view: frozenset[str] | None = None
    seen: Sequence[Finding] = ()

    def first(self) -> dict[int, str]:
        """Number → the reference of the case that its complaint opened first."""
        return {
            number: places[0].reference
            for (kind, number), places in self.books.opened.items()
            if kind == "number" and places
        }

    def by_reference(self) -> dict[str, list[Letter]]:
        """Letters by each reference that they name."""
        found: dict[str, list[Letter]] = {}
        for letter in self.letters:
            for reference in letter.references:
                found.setdefault(reference, []).append(letter)
        return found

    @property
    def may_be_lost(self) -> frozenset[int]:
        """Complaints that the torn spool held."""
        return frozenset(number for one in self.torn for number in one.numbers)
