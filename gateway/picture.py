"""From looks at Kafka, the case view, the spool and the dead letters to the one picture of operations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Protocol

from gateway.segments import waiting as spooled
from schemas.errors import Unavailable
from schemas.operations import DriftState, Operations, SourceState, SyntheticState
from workers.monitor import notes
from workers.monitor.waiting import DEAD_LETTERS, LETTERS, SPOOL, Claim, longest
from workers.monitor.watch import Look
from workers.project.queries import Day, Waiting
from workers.replay.shelf import Shelved

MOST_SPOOLED = 20_000
"""How far the spool is counted; what lies behind is not older."""


class People(Protocol):
    """What the case view knows of complainants; raises Unavailable."""

    async def waiting(self) -> Waiting: ...

    async def day(self, since: datetime) -> Day: ...


@dataclass(slots=True)
class Facts:
    """What a picture is made of. `look` is None while Kafka is away; then the last one may be shown as old."""

    look: Look | None = None
    letters: Sequence[Shelved] = ()
    spooled: int = 0
    claims: list[Claim] = field(default_factory=list)
    received: int = 0
    acknowledged: int = 0
    unclear: int = 0
    sources: list[SourceState] = field(default_factory=list)
    synthetic: list[SyntheticState] = field(default_factory=list)
    drift: list[DriftState] = field(default_factory=list)
    free_bytes: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


async def ask_view(view: People, facts: Facts, now: datetime) -> None:
    """Cases that wait for a letter, and the numbers of the day (UTC); a view that is away is a note."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        cases = await view.waiting()
        today = await view.day(midnight)
    except Unavailable as error:
        facts.notes.append(f"the case view is away: {error}")
        return
    facts.claims.append(Claim(cases.since, LETTERS, cases.reference, cases.count))
    facts.received, facts.acknowledged = today.received, today.acknowledged
    facts.unclear = today.unclear_letters


def ask_spool(folder: Path, facts: Facts, is_own: Callable[[bytes, datetime], bool]) -> None:
    """What waits in the spool of this machine; for what the house put there itself nobody waits."""
    entries = list(islice(spooled(folder), MOST_SPOOLED))
    facts.spooled = len(entries)
    arrived = [(one.raw, one.delivery.received_at) for one in entries]
    received = [at for raw, at in arrived if not is_own(raw, at)]
    if received:
        facts.claims.append(Claim(min(received), SPOOL, count=len(received)))


def claims_of_letters(letters: Iterable[Shelved]) -> list[Claim]:
    """Complainants whose words nobody could read yet."""
    return [Claim(one.received_at, DEAD_LETTERS) for one in letters if one.received_at is not None]


def picture(facts: Facts, now: datetime, work: Path) -> Operations:
    """The picture. `work` is the folder of the workers' progress files."""
    look = facts.look
    claims = [*facts.claims, *claims_of_letters(facts.letters), *(look.claims if look else ())]
    first = longest(claims)
    said = [*facts.notes, *(notes.of_stages(look.stages) if look else ()), *notes.of_workers(work)]
    if look is not None and not look.collectors:
        said.append("nobody collects from mailboxes and networks: no `gateway collect` is running")
    if facts.unclear:
        said.append(f"{facts.unclear} letters may or may not have left: `gateway letters list --unclear`")
    return Operations(
        at=now,
        longest_waiting_seconds=_seconds(first, now),
        longest_waiting_reference=first.reference if first else "",
        longest_waiting_where=first.where if first else "",
        waiting=sum(claim.count for claim in claims),
        dead_letters=len(facts.letters),
        spooled=facts.spooled,
        received_today=facts.received,
        acknowledged_today=facts.acknowledged,
        unclear_letters=facts.unclear,
        stages=list(look.stages) if look else [],
        sources=facts.sources,
        synthetic=facts.synthetic,
        drift=facts.drift,
        stopped=notes.stopped(work),
        free_bytes=facts.free_bytes,
        notes=said,
    )


def _seconds(claim: Claim | None, now: datetime) -> float | None:
    if claim is None or claim.since is None:
        return None
    return round(max(timedelta(0), now - claim.since.astimezone(UTC)).total_seconds(), 3)
