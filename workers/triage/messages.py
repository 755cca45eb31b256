"""What becomes of a message: duplicate, joined, opened, quarantined, or no message at all.

The table in the contract ("What becomes of a message") in code; each branch ends in exactly one outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from schemas import identity
from schemas.assessment import Assessment
from schemas.complaint import CaseMessage, Deadlines, Link
from schemas.intake import Arrival
from schemas.message import Message
from workers.loose import no_message
from workers.triage.alias import homes
from workers.triage.alias.rule import links as links_by_alias
from workers.triage.assess.rule import assess
from workers.triage.changes import Changes
from workers.triage.deduplicate.rule import deduplicate
from workers.triage.enclosures import ask_for
from workers.triage.route.rule import OWN, route
from workers.triage.route.rules import Rules
from workers.triage.state import CaseRecord, Memory, PersonRecord
from workers.triage.thread.rule import Thread, thread
from workers.triage.wishes import acknowledgement


@dataclass(frozen=True, slots=True)
class Understood:
    """An arrival with what was computed for the whole batch before."""

    arrival: Arrival
    assessment: Assessment
    fingerprint: str


@dataclass(frozen=True, slots=True)
class House:
    """What the rules need besides the record and the memory."""

    rules: Rules
    secret: bytes
    scans: bool = False
    """Whether there is a virus scanner, so that attachments which are here already are sent to it."""


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
    person = memory.person(arrival.person_key)
    if arrival.message.kind in ("edit", "delete"):
        _changed_at_source(arrival, person, memory, changes)
        return
    assessment = assess(understood.assessment, arrival.message)
    if assessment.kind == "automatic":
        changes.loose(arrival, "no_message", message=case_message(arrival), details={"why": "automatic"})
        return
    _place(understood, assessment, person, memory, house, changes)


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
    arrival = understood.arrival
    own = memory.own_cases(person)
    verdict = deduplicate(None, understood.fingerprint, arrival.logged_at, person.texts())
    where = Thread()
    if verdict.outcome == "repeat" and verdict.reference in own and own[verdict.reference].open:
        joined, why = verdict.reference, "same person, same text"
    else:
        token = identity.open_reply_token(house.secret, arrival.message.reply_token)
        where = thread(arrival.message, token, arrival.logged_at, own, person.threads)
        joined, why = where.join, where.why
    case = memory.case(joined) if joined else None
    if case is None:
        if homes.send_on(arrival, where, person, changes):
            return
        links = {**dict(links_by_alias(person.named_in, arrival.logged_at)), **dict(where.linked)}
        case = _open(arrival, assessment, links, house, changes)
        person = person.with_case(case.reference)
    else:
        case = _join(case, arrival, assessment, why, house, changes)
    person = person.with_text(understood.fingerprint, arrival.logged_at, case.reference)
    for its_id in _own_ids(arrival.message):
        person = person.with_thread(its_id, case.reference)
    changes.keep_person(arrival.person_key, person)
    changes.keep_case(case)


def _visit(understood: Understood, memory: Memory, house: House, changes: Changes) -> None:
    """A message that an alias sent here joins a case that named its sender, or goes back to its own home."""
    arrival = understood.arrival
    case, why = homes.destination(arrival, memory, house.secret)
    if case is None:
        changes.pass_on(arrival.model_copy(update={"home_key": ""}), arrival.person_key)
        return
    assessment = assess(understood.assessment, arrival.message)
    changes.keep_case(_join(case, arrival, assessment, why, house, changes))


def _open(
    arrival: Arrival, assessment: Assessment, linked: Mapping[str, str], house: House, changes: Changes
) -> CaseRecord:
    case = CaseRecord(
        reference=arrival.reference,
        person_key=arrival.person_key,
        case_key=identity.case_key(house.secret, arrival.person_key, arrival.reference),
        channel=arrival.channel,
        opened_at=arrival.logged_at,
        last_event=arrival.logged_at,
        synthetic=arrival.test,
    )
    ask_for(case, arrival, house.scans, changes)
    message = case_message(arrival)
    if assessment.kind == "spam":
        case = case.moved(arrival.logged_at, state="quarantined")
        return changes.event(
            case,
            "quarantined",
            arrival.identity,
            message=message,
            assessment=assessment,
            delivery_id=arrival.delivery_id,
        )
    routing = OWN if arrival.test else route(assessment, arrival.message, house.rules)
    deadlines = _deadlines(arrival, assessment, house.rules)
    words = {
        "message": message,
        "assessment": assessment,
        "routing": routing,
        "links": [Link(reference=reference, why=why) for reference, why in linked.items()],
        "deadlines": deadlines,
    }
    case = case.moved(arrival.logged_at, queue=routing.queue)
    case = changes.event(case, "opened", arrival.identity, delivery_id=arrival.delivery_id, **words)
    case = changes.tell(case, "complaint.opened", arrival.identity, **words)
    case = homes.give(case, arrival, changes)
    return _owe_letter(case, arrival, assessment, house, changes)


def _join(
    case: CaseRecord, arrival: Arrival, assessment: Assessment, why: str, house: House, changes: Changes
) -> CaseRecord:
    """The message joins; its reference becomes an alias; danger in it raises the alarm again."""
    changes.keep_seen(arrival.identity, case.reference)
    ask_for(case, arrival, house.scans, changes)
    message = case_message(arrival)
    details = {"why": why}
    case = changes.event(
        case,
        "joined",
        arrival.identity,
        channel=arrival.channel,
        delivery_id=arrival.delivery_id,
        alias=arrival.reference,
        message=message,
        assessment=assessment,
        details=details,
    )
    case = changes.tell(
        case,
        "complaint.message_added",
        arrival.identity,
        channel=arrival.channel,
        message=message,
        assessment=assessment,
        changes=details,
    )
    return case if case.state == "quarantined" else _owe_letter(case, arrival, assessment, house, changes)


def _owe_letter(
    case: CaseRecord, arrival: Arrival, assessment: Assessment, house: House, changes: Changes
) -> CaseRecord:
    """The acknowledgement, unless this case already wrote one on that channel."""
    deadlines = _deadlines(arrival, assessment, house.rules)
    due, recipient = acknowledgement(case, arrival, house.secret, assessment.language, deadlines)
    if due.channel in case.letters:
        return case
    changes.letter(due, recipient)
    return case.moved(arrival.logged_at, letters=[*case.letters, due.channel])


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
    case = changes.event(
        case, "edited", arrival.identity, message=message, details=details, delivery_id=arrival.delivery_id
    )
    case = changes.tell(case, "complaint.updated", arrival.identity, message=message, changes=details)
    changes.keep_seen(arrival.identity, case.reference)
    changes.keep_case(case)


def _deadlines(arrival: Arrival, assessment: Assessment, rules: Rules) -> Deadlines:
    return Deadlines(
        acknowledge_by=arrival.received_at + timedelta(hours=rules.targets.acknowledge_hours),
        respond_by=arrival.received_at + rules.respond_within(assessment.priority),
    )


def case_message(arrival: Arrival) -> CaseMessage:
    """The normalised message as case systems and the view see it."""
    message = arrival.message
    return CaseMessage(
        identity=arrival.identity,
        reference=arrival.reference,
        delivery_id=arrival.delivery_id,
        channel=arrival.channel,
        account=arrival.account,
        received_at=arrival.received_at,
        logged_at=arrival.logged_at,
        sent_at=message.sent_at,
        sender=message.sender,
        other_addresses=message.other_addresses,
        subject=message.subject,
        text=message.text,
        language=message.language,
        attachments=message.attachments,
        media=message.media,
        form=message.form,
        raw_sha256=arrival.raw_sha256,
        flags=[name for name, value in message.flags if value is True],
        problems=message.problems,
    )
