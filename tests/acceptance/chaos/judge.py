"""The verdict: plain data in, what was broken out. It knows no gateway, so it can be tried with made-up accidents."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.acceptance.chaos.evidence import Evidence
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.judge_letters import letters
from tests.acceptance.chaos.judge_reconcile import reconcile


@dataclass(frozen=True, slots=True)
class Verdict:
    """`findings` break a promise; `excused` are what a channel's page says that it cannot promise, counted all the
    same: an SMS doubled around a freeze, a copy of a mail, what a disk did not keep and the product says so."""

    findings: list[Finding]
    excused: list[Finding]

    @property
    def clean(self) -> bool:
        """All kept their promise."""
        return not self.findings

    @property
    def waits(self) -> bool:
        """Whether something is missing that may still come."""
        return any(one.kind in _MISSING for one in self.findings)

    def in_short(self) -> str:
        """How many of each kind."""
        kinds = Counter(one.kind for one in self.findings)
        return ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "nothing wrong"


_MISSING = frozenset({"lost", "unanswered", "reply lost", "repeat lost", "outcome lost", "reconcile", "view"})


def judge(found: Evidence) -> Verdict:
    """Hold what was found against the promise."""
    told, excused = letters(found)
    findings = [*_lost(found), *_doubled(found), *_joined(found), *_outcomes(found), *told, *_viewed(found)]
    findings += reconcile(found, silent=[one for one in findings if one.kind in ("lost", "unanswered")])
    excused += [
        Finding("torn", number, one.at, "was in the last entry of a spool that was cut, and is gone")
        for one in found.torn
        for number in one.numbers - found.first().keys()
    ]
    return Verdict(sorted({*findings, *found.seen}), sorted(excused))


def _lost(found: Evidence) -> Iterator[Finding]:
    for number in found.heard.keys() - found.first().keys() - found.may_be_lost:
        yield Finding("lost", number, found.heard[number], "was confirmed and is in no queue")


def _doubled(found: Evidence) -> Iterator[Finding]:
    owners: dict[str, int] = {}
    for (kind, number), places in sorted(found.books.opened.items()):
        where = ", ".join(f"{one.reference} in {one.queue}" for one in places)
        if kind == "reply":
            yield Finding("reply opened a case", number, places[0].at, where)
            continue
        if len(places) > 1:
            yield Finding("opened twice", number, places[1].at, where)
        if owners.setdefault(places[0].reference, number) != number:
            yield Finding(
                "merged", number, places[0].at, f"shares {places[0].reference} with another complaint"
            )


def _joined(found: Evidence) -> Iterator[Finding]:
    """What continues a case is in that case, in its queue, once; nothing of anybody is in another's."""
    first = found.first()
    for (kind, number), places in found.books.added.items():
        for place in places:
            if place.reference != first.get(number):
                yield Finding("joined to another case", number, place.at, f"{kind} is in {place.reference}")
    torn = {number for one in found.torn for number in one.replies}
    for number, at in found.replied.items():
        there = len(found.books.added.get(("reply", number), ()))
        if not there and number not in torn and not found.books.opened.get(("reply", number)):
            yield Finding("reply lost", number, at, "the answer to our letter is in no queue")
        if there > found.tries.get(number, 1):
            yield Finding("reply doubled", number, at, f"is in its queue {there} times")
    for number, reference in found.told.items():
        known = {reference, found.books.aliases.get(reference, reference)}
        if number in first and first[number] not in known:
            yield Finding(
                "wrong reference", number, found.heard[number], f"told {reference}, is {first[number]}"
            )


def _outcomes(found: Evidence) -> Iterator[Finding]:
    owners = {reference: number for number, reference in found.first().items()}
    for said in found.outcomes:
        times = found.books.outcomes.get((said.reference, said.outcome_id), [])
        number = owners.get(said.reference, -1)
        if not times:
            yield Finding("outcome lost", number, said.at, f"{said.outcome_id} is in no timeline")
        elif len(times) > 1:
            yield Finding(
                "outcome doubled", number, said.at, f"{said.outcome_id} is in it {len(times)} times"
            )
        elif times[0]:
            yield Finding("outcome ignored", number, said.at, f"{said.outcome_id} counts as late, and is not")


def _viewed(found: Evidence) -> Iterator[Finding]:
    if found.view is None:
        return
    for number, reference in found.first().items():
        if reference not in found.view:
            says = f"the case view does not have {reference}"
            yield Finding("view", number, found.heard.get(number, 0.0), says)
