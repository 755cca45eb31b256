"""The part of the verdict that is about letters: each complaint is answered, once, to whom it is due, with its name."""

from collections.abc import Iterator, Sequence

from tests.acceptance.chaos.evidence import Evidence
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.letters import Letter

_WOKE_SECONDS = (-1.0, 4.0)
"""When an SMS counts as written by a worker that woke up: around its waking; the network tells whole seconds."""
_WINDOW_SECONDS = 60.0
"""For so long after something broke the second copy of a mail may come: until its letter is tried again."""


def letters(found: Evidence) -> tuple[list[Finding], list[Finding]]:
    """Findings, and what is excused."""
    named, first = found.by_reference(), found.first()
    findings: list[Finding] = []
    excused: list[Finding] = []
    for number, reference in first.items():
        mine = named.get(reference, [])
        findings += _recipients(number, reference, mine, found)
        if not mine:
            at = found.books.opened["number", number][0].at
            findings.append(Finding("unanswered", number, at, f"no letter names {reference}"))
        for one in _again(number, mine, found):
            (excused if one.kind in ("SMS doubled by a freeze", "copy of a mail") else findings).append(one)
    findings += _strange(found, set(first.values()))
    return findings, excused


def _recipients(number: int, reference: str, mine: Sequence[Letter], found: Evidence) -> Iterator[Finding]:
    owed = found.owed.get(number)
    for letter in mine:
        if (letter.channel, letter.to) != owed:
            says = f"{letter.id} with {reference} went to {letter.channel} {letter.to}, not to {owed}"
            yield Finding("wrong recipient", number, letter.at, says)


def _strange(found: Evidence, known: set[str]) -> Iterator[Finding]:
    for letter in found.letters:
        if not letter.references & known:
            says = f"{letter.channel} {letter.id} to {letter.to} names {sorted(letter.references) or 'no reference'}"
            yield Finding("wrong reference", -1, letter.at, says)


def _again(number: int, mine: Sequence[Letter], found: Evidence) -> Iterator[Finding]:
    """Everything beyond the first letter. A mail server cannot be asked what it has, so the same mail may come again
    after an accident; Twilio's list may not show yet what a frozen worker writes as it wakes up."""
    in_order = sorted(mine, key=lambda one: one.at)
    for letter in in_order[1:]:
        first = in_order[0]
        says = f"{letter.channel} {letter.id} after {first.channel} {first.id}"
        if letter.channel == first.channel == "sms" and len(mine) == 2 and _woke(mine, found):
            yield Finding("SMS doubled by a freeze", number, letter.at, says)
        elif letter.id == first.id and letter.text == first.text and _accident(letter.at, found):
            yield Finding("copy of a mail", number, letter.at, says)
        else:
            yield Finding("answered twice", number, letter.at, says)


def _woke(mine: Sequence[Letter], found: Evidence) -> bool:
    early, late = _WOKE_SECONDS
    return any(early <= one.at - woke <= late for one in mine for woke in found.thawed)


def _accident(at: float, found: Evidence) -> bool:
    return any(one.begin - 1 <= at <= one.end + _WINDOW_SECONDS for one in found.shaken)
