"""A case is opened or a message joins it: what the case, its queue, its timeline and its complainant hear of that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from schemas import identity
from schemas.assessment import Assessment
from schemas.complaint import CaseMessage, Deadlines, Link
from schemas.intake import Arrival
from schemas.names import PRIORITIES
from workers.triage import proof
from workers.triage.alias import homes
from workers.triage.changes import Changes
from workers.triage.enclosures import ask_for
from workers.triage.route.rule import OWN, route
from workers.triage.route.rules import Rules
from workers.triage.state import CaseRecord
from workers.triage.wishes import acknowledgement


@dataclass(frozen=True, slots=True)
class House:
    """What the rules need besides the record and the memory."""

    rules: Rules
    secret: bytes
    scans: bool = False
    """Whether there is a virus scanner, so that attachments which are here already are sent to it."""


def open_case(
    arrival: Arrival, assessment: Assessment, linked: Mapping[str, str], house: House, changes: Changes
) -> CaseRecord:
    """A new case with its queue, its deadlines and its letter; spam is kept in quarantine, unanswered."""
    case = CaseRecord(
        reference=arrival.reference,
        person_key=arrival.person_key,
        case_key=identity.case_key(house.secret, arrival.person_key, arrival.reference),
        channel=arrival.channel,
        opened_at=arrival.logged_at,
        last_event=arrival.logged_at,
        synthetic=arrival.test,
        unproven=proof.unproven(arrival.message),
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
    case = case.moved(
        arrival.logged_at, queue=routing.queue, kind=assessment.kind, priority=assessment.priority
    )
    case = changes.event(case, "opened", arrival.identity, delivery_id=arrival.delivery_id, **words)
    case = changes.tell(case, "complaint.opened", arrival.identity, **words)
    case = homes.give(case, arrival, changes)
    return _owe_letter(case, arrival, assessment, house, changes)


def join_case(
    case: CaseRecord, arrival: Arrival, assessment: Assessment, why: str, house: House, changes: Changes
) -> CaseRecord:
    """The message joins; its reference becomes an alias; danger in it raises the alarm again."""
    changes.keep_seen(arrival.identity, case.reference)
    ask_for(case, arrival, house.scans, changes)
    message = case_message(arrival)
    details = {"why": why}
    if case.priority is not None:
        case = case.moved(
            arrival.logged_at, priority=max(case.priority, assessment.priority, key=PRIORITIES.index)
        )
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
        sender_proof=message.sender_proof,
        other_addresses=message.other_addresses,
        subject=message.subject,
        text=message.text,
        set_aside=message.set_aside,
        body_sha256=message.body_sha256,
        language=message.language,
        attachments=message.attachments,
        media=message.media,
        form=message.form,
        raw_sha256=arrival.raw_sha256,
        flags=[name for name, value in message.flags if value is True],
        problems=message.problems,
    )
