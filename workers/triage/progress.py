"""What others say of a case: case systems by their outcomes, the letters stage by its states."""

from hashlib import sha256

from schemas.complaint import CaseState
from schemas.errors import Nonsense
from schemas.letter import LetterStatus
from schemas.outcome import Outcome, OutcomeType
from workers.triage.alias import homes
from workers.triage.cases import House
from workers.triage.changes import Changes
from workers.triage.order import believed, is_late, kept
from workers.triage.state import CaseRecord, Memory

STATES: dict[OutcomeType, CaseState] = {
    "taken_up": "in_progress",
    "informed": "in_progress",
    "responded": "responded",
    "withdrawn": "withdrawn",
    "closed": "closed",
}
PENDING = ("due", "attempted")


def outcome(word: Outcome, memory: Memory, house: House, changes: Changes) -> None:
    """A step of a case system. Raises Nonsense for a case that nobody has. The same outcome twice is one.

    One that is older than a step that is known stands in the timeline (`late`) and changes nothing.
    """
    case = memory.case(word.reference)
    if case is None:
        raise Nonsense(f"no case has the reference {word.reference}")
    if memory.seen(_outcome_identity(word)) is not None:
        return
    changes.keep_seen(_outcome_identity(word), word.reference)
    details = word.model_dump(mode="json", exclude_defaults=True, exclude={"case_key", "reference"})
    at = believed(word.at, changes.at)
    facet = "decided" if word.type == "decided" else "step"
    if is_late(at, case.as_of.get(facet)):
        changes.keep_case(changes.event(case, "outcome", word.outcome_id, details={**details, "late": True}))
        return
    case = case.moved(changes.at, as_of=kept(case.as_of, facet, at))
    case = case.moved(changes.at, state=STATES.get(word.type, case.state))
    if word.type == "returned":
        case = _back_to_review(case, word, house, changes)
        details["queue"] = case.queue
    if word.type == "decided":
        told = {"category": word.category, "decided_by": word.by}
        case = changes.tell(case, "complaint.updated", word.outcome_id, changes=told)
    if word.type == "withdrawn":
        case = homes.take_back(case, word.outcome_id, changes)
        case = changes.tell(case, "complaint.withdrawn", word.outcome_id, changes=details)
    changes.keep_case(changes.event(case, "outcome", word.outcome_id, details=details))


def _back_to_review(case: CaseRecord, word: Outcome, house: House, changes: Changes) -> CaseRecord:
    """Not theirs: both queues hear that it moved. What review itself returns stays there, so nothing loops."""
    review = house.rules.review
    if case.queue == review:
        return case
    moved = {"queue": review, "returned_by": case.queue, "suggestion": word.suggestion}
    case = changes.tell(case, "complaint.updated", word.outcome_id, changes=moved)
    case = case.moved(changes.at, queue=review)
    return changes.tell(case, "complaint.updated", word.outcome_id + ".review", changes=moved)


def letter(status: LetterStatus, memory: Memory, changes: Changes) -> None:
    """A letter's new state joins the timeline; its provider id lets an answer find the case.

    A complaint of the house's own is over with its letter: one a minute would fill the memory.
    """
    case = memory.case(status.reference)
    if case is None:
        raise Nonsense(f"a letter for {status.reference}, which is not a case")
    details = status.model_dump(mode="json", exclude_none=True, exclude={"person_key"})
    cause = f"{status.letter_id}.{status.state}.{status.attempts}"
    case = changes.event(case, "letter", cause, channel=status.channel, details=details)
    if case.synthetic and status.state not in PENDING:
        changes.forget_case(case.reference)
        changes.forget_person(case.person_key, case.unproven)
        return
    changes.keep_case(case)
    if status.provider_id:
        person = memory.person(case.person_key, case.unproven)
        # an answer names a mail's id without the brackets that stand around it in the mail (RFC 5322, 3.6.4)
        its_id = status.provider_id.strip("<>")
        if its_id not in person.threads:
            person = person.with_thread(its_id, case.reference)
            changes.keep_person(case.person_key, person, case.unproven)


def _outcome_identity(word: Outcome) -> str:
    return sha256(f"outcome.v1 {word.reference} {word.outcome_id}".encode()).hexdigest()[:32]
