"""What becomes of a message: duplicate, joined, opened, quarantined, or no message at all.

The table in the contract ("What becomes of a message") in code; each branch ends in exactly one outcome.
"""

from dataclasses import dataclass
from functools import partial

from schemas import identity
from schemas.assessment import Assessment
from schemas.intake import Arrival
from schemas.message import Message
from workers.loose import no_message
from workers.triage import pointers, proof
from workers.triage.alias import homes
from workers.triage.alias.rule import links as links_by_alias
from workers.triage.assess.rule import assess
from workers.triage.cases import House, case_message, join_case, open_case
from workers.triage.changes import Changes
from workers.triage.deduplicate.rule import deduplicate
from workers.triage.order import believed, is_late, kept
from workers.triage.state import Memory, PersonRecord
from workers.triage.thread.rule import Thread, nobodys, thread


@dataclass(frozen=True, slots=True)
class Understood:
    """An arrival with what was computed for the whole batch before."""

    arrival: Arrival
    assessment: Assessment
    fingerprint: str


def handle(understood: Understood, memory: Memory, house: House, changes: Changes) -> None:
    """One arrival, one outcome."""
    arrival = understood.arrival
    if arrival.home_key:
        _visit(understood, memory, house, changes)
        return
    reason = no_message(arrival.message)
    seen = memory.seen(arrival.identity)
    if seen is not None and not arrival.forwarded:
        changes.loose(arrival, "duplicate", alias=seen, details={"of": seen})
        return
    changes.keep_seen(arrival.identity, arrival.reference)
    if reason:
        changes.loose(arrival, "no_message", details={"why": reason})
        return
    named_only = proof.unproven(arrival.message)
    person = memory.person(arrival.person_key, named_only)
    if arrival.message.kind in ("edit", "delete"):
        _changed_at_source(arrival, person, memory, changes)
        return
    known = not named_only and _complained(person, memory)
    assessment = assess(understood.assessment, arrival.message, known)
    if assessment.kind == "automatic":
        changes.loose(arrival, "no_message", message=case_message(arrival), details={"why": "automatic"})
        return
    _place(understood, assessment, person, memory, house, changes)


def _complained(person: PersonRecord, memory: Memory) -> bool:
    """Whether this person has a case that was no spam."""
    cases = (memory.case(reference) for reference in reversed(person.cases))
    return any(case is not None and case.state != "quarantined" for case in cases)


def _own_ids(message: Message) -> list[str]:
    """The ids under which answers, edits and deletions refer to a message: a network may announce a post under
    one id (the notification's) and refer to it under another (the post's, which an answer goes to)."""
    thread = message.reply.thread if message.reply else ""
    return list(dict.fromkeys(one for one in (message.message_id, thread) if one))


def _place(
    understood: Understood,
    assessment: Assessment,
    person: PersonRecord,
    memory: Memory,
    house: House,
    changes: Changes,
) -> None:
    """Join a case of this person or open a new one."""
    arrival = pointers.told(understood.arrival, house.secret)
    named_only = proof.unproven(arrival.message)
    other = memory.person(arrival.person_key, not named_only)
    where = _where(understood, person, other, memory, house)
    case = memory.case(where.join) if where.join else None
    if case is None:
        if homes.send_on(arrival, where, person, changes):
            return
        linked = _links(arrival, person, other, memory)
        case = open_case(arrival, assessment, {**linked, **dict(where.linked)}, house, changes)
        person = person.with_case(case.reference)
    else:
        if case.unproven and not named_only:
            case, person = case.model_copy(update={"unproven": False}), person.with_case(case.reference)
        case = join_case(case, arrival, assessment, where.why, house, changes)
    person = person.with_text(_fingerprint(understood), arrival.logged_at, case.reference)
    for its_id in [] if named_only else _own_ids(arrival.message):
        person = person.with_thread(its_id, case.reference)
    changes.keep_person(arrival.person_key, person, named_only)
    changes.keep_case(case)


def _where(
    understood: Understood, person: PersonRecord, other: PersonRecord, memory: Memory, house: House
) -> Thread:
    """The case that takes the message: the one with the same words, else the one that it points to."""
    arrival = understood.arrival
    verdict = deduplicate(None, _fingerprint(understood), arrival.logged_at, person.texts())
    if verdict.outcome == "repeat":
        repeated = memory.own_case(arrival.person_key, verdict.reference)
        if repeated is not None and repeated.open:
            return Thread(join=repeated.reference, why="same person, same text")
    token = identity.open_reply_token(house.secret, arrival.message.reply_token)
    if proof.unproven(arrival.message):
        known = {**person.threads, **other.threads}
        return pointers.linked(
            thread(arrival.message, token, arrival.logged_at, nobodys, known), arrival, token
        )
    own = partial(memory.own_case, arrival.person_key)
    # letters to an address that was only named are answered from it: that proves it
    threads = {**other.threads, **person.threads}
    return pointers.linked(thread(arrival.message, token, arrival.logged_at, own, threads), arrival, token)


def _fingerprint(understood: Understood) -> str:
    """What makes the words the same again; a forged sender repeats nobody, and nobody repeats him."""
    return "" if understood.arrival.message.flags.spoofed else understood.fingerprint


def _links(arrival: Arrival, person: PersonRecord, other: PersonRecord, memory: Memory) -> dict[str, str]:
    """Cases to show beside a new one: those that named this address, those on the other side of its proof."""
    found = (memory.case(reference) for reference in reversed(other.cases))
    beside = proof.links(filter(None, found), not proof.unproven(arrival.message), arrival.logged_at)
    return {**beside, **dict(links_by_alias(person.named_in, arrival.logged_at))}


def _visit(understood: Understood, memory: Memory, house: House, changes: Changes) -> None:
    """A message that an alias sent here joins a case that named its sender, or goes back to its own home."""
    arrival = understood.arrival
    case, why = homes.destination(arrival, memory, house.secret)
    if case is None:
        changes.pass_on(arrival.model_copy(update={"home_key": ""}), arrival.person_key)
        return
    assessment = assess(understood.assessment, arrival.message)
    changes.keep_case(join_case(case, arrival, assessment, why, house, changes))


def _changed_at_source(arrival: Arrival, person: PersonRecord, memory: Memory, changes: Changes) -> None:
    """An edit or a deletion: the case hears of it. Without its message it is an orphan, kept as an event."""
    reference = person.threads.get(arrival.message.target_id, "")
    case = memory.case(reference) if reference else None
    if case is None:
        changes.loose(
            arrival, "orphan", message=case_message(arrival), details={"of": arrival.message.target_id}
        )
        return
    details = {"at_source": "deleted" if arrival.message.kind == "delete" else "edited"}
    message = case_message(arrival)
    at = believed(arrival.message.sent_at or arrival.received_at, arrival.logged_at)
    changes.keep_seen(arrival.identity, case.reference)
    if is_late(at, case.edited.get(arrival.message.target_id)):
        late = {**details, "late": True}
        changes.keep_case(
            changes.event(
                case,
                "edited",
                arrival.identity,
                message=message,
                details=late,
                delivery_id=arrival.delivery_id,
            )
        )
        return
    case = case.moved(changes.at, edited=kept(case.edited, arrival.message.target_id, at))
    case = changes.event(
        case, "edited", arrival.identity, message=message, details=details, delivery_id=arrival.delivery_id
    )
    case = changes.tell(case, "complaint.updated", arrival.identity, message=message, changes=details)
    changes.keep_case(case)
