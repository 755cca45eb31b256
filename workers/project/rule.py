"""What an event makes of a case and its letters: plain rows in, plain rows out, in whatever order they come.

`sequence` counts the events of a case, so an event that comes late changes nothing that a later one has said.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from schemas.complaint import CaseEvent
from schemas.letter import LetterState, LetterStatus
from schemas.names import PRIORITIES

ANSWERED: frozenset[LetterState] = frozenset({"accepted", "delivered", "shown", "suppressed"})
"""With a letter in one of these states a complainant waits no longer for an acknowledgement."""

_OPENING = ("opened", "quarantined")


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row of `cases`. `answered_at`: when the first letter was accepted, shown or suppressed."""

    reference: str
    person_key: str
    channel: str
    updated_at: datetime
    state: str = "open"
    queue: str = ""
    category: str = ""
    priority: str = ""
    kind: str = ""
    severity: str = ""
    sequence: int = 0
    received_at: datetime | None = None
    acknowledge_by: datetime | None = None
    respond_by: datetime | None = None
    answered_at: datetime | None = None
    synthetic: bool = False
    assessment: str | None = None
    routing: str | None = None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A row of `letters`."""

    letter_id: str
    reference: str
    kind: str
    channel: str
    state: str
    provider_id: str
    reason: str
    attempts: int
    at: datetime
    accepted_at: datetime | None
    sequence: int
    template: str
    sha256: str
    synthetic: bool


def fold_case(case: CaseRow | None, event: CaseEvent) -> CaseRow | None:
    """The case after the event; None when the event belongs to no case."""
    if event.sequence == 0:
        return case
    before = case or CaseRow(event.reference, event.person_key, event.channel, event.at)
    after = _opened(before, event) if event.type in _OPENING else before
    if event.assessment is not None and event.type not in _OPENING:
        after = replace(after, priority=_higher(after.priority, event.assessment.priority))
    if event.type == "linked":
        after = replace(after, priority=_higher(after.priority, event.details.get("priority", "")))
    if event.type == "letter":
        after = _answered(after, event)
    if event.sequence > before.sequence:
        after = replace(
            after,
            sequence=event.sequence,
            state=event.state or after.state,
            queue=event.details.get("queue") or after.queue,
            category=_decided(event) or after.category,
        )
    return replace(after, updated_at=max(before.updated_at, event.at))


def _opened(case: CaseRow, event: CaseEvent) -> CaseRow:
    assessment, routing, deadlines = event.assessment, event.routing, event.deadlines
    told = replace(
        case,
        channel=event.channel,
        synthetic=event.synthetic,
        received_at=event.message.received_at if event.message else event.at,
    )
    if assessment:
        told = replace(
            told,
            category=case.category or assessment.category,
            priority=_higher(case.priority, assessment.priority),
            kind=assessment.kind,
            severity=assessment.severity,
            assessment=assessment.model_dump_json(),
        )
    if routing:
        told = replace(told, queue=case.queue or routing.queue, routing=routing.model_dump_json())
    if deadlines:
        told = replace(told, acknowledge_by=deadlines.acknowledge_by, respond_by=deadlines.respond_by)
    return told


def _decided(event: CaseEvent) -> str:
    is_decision = (
        event.type == "outcome" and event.details.get("type") == "decided" and not event.details.get("late")
    )
    return str(event.details.get("category", "")) if is_decision else ""


def _answered(case: CaseRow, event: CaseEvent) -> CaseRow:
    status = letter_status(event)
    if status.state not in ANSWERED:
        return case
    return replace(case, answered_at=min(case.answered_at or status.at, status.at))


def _higher(one: str, other: str) -> str:
    return max(one, other, key=lambda priority: PRIORITIES.index(priority) if priority in PRIORITIES else -1)


def letter_status(event: CaseEvent) -> LetterStatus:
    """The letter's state that an event of type `letter` carries."""
    return LetterStatus.model_validate({**event.details, "person_key": event.person_key})


def fold_letter(letter: LetterRow | None, event: CaseEvent) -> LetterRow:
    """The letter after an event of type `letter`."""
    status = letter_status(event)
    accepted_at = status.at if status.state == "accepted" else None
    if letter is not None and letter.sequence >= event.sequence:
        return replace(letter, accepted_at=letter.accepted_at or accepted_at)
    return LetterRow(
        letter_id=status.letter_id,
        reference=event.reference,
        kind=status.kind,
        channel=status.channel,
        state=status.state,
        provider_id=status.provider_id or (letter.provider_id if letter else ""),
        reason=status.reason,
        attempts=status.attempts,
        at=status.at,
        accepted_at=(letter.accepted_at if letter else None) or accepted_at,
        sequence=event.sequence,
        template=status.template,
        sha256=status.sha256,
        synthetic=status.synthetic,
    )


def alias(event: CaseEvent) -> tuple[str, str] | None:
    """(alias, reference) that an event makes known. A duplicate tells which case its own reference means."""
    one, other = (
        (event.reference, event.alias) if event.type == "duplicate" else (event.alias, event.reference)
    )
    return (one, other) if one and other and one != other else None
