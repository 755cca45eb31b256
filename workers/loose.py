"""Events of messages that belong to no case: each has its own reference and no place in a case's sequence.

A status callback, a reaction or the news of a system ends where it is read; a duplicate ends in triage. Both
say so with the same event, so that every delivery has its line.
"""

from datetime import datetime
from typing import Any

from schemas import cloudevents, topics
from schemas.complaint import CASE_EVENT, CaseEvent
from schemas.identity import event_id
from schemas.intake import Arrival
from schemas.message import Message
from workers.runtime.contract import Output


def no_message(message: Message) -> str:
    """Why there is nothing in it that a case could come of; empty when there is."""
    if message.flags.opt_out:
        return "opted out"
    if message.flags.opt_in:
        return "opted in"
    return message.kind if message.kind in ("receipt", "reaction", "system") else ""


def loose_event(arrival: Arrival, kind: str, at: datetime, source: str, **words: Any) -> Output:
    """The event of type `kind` for `complaints.events`; `source` is the stage as a CloudEvents source."""
    event = CaseEvent(
        type=kind,
        event_id=event_id(arrival.reference, kind, arrival.delivery_id),
        reference=arrival.reference,
        person_key=arrival.person_key,
        at=at,
        cause=arrival.identity,
        channel=arrival.channel,
        delivery_id=arrival.delivery_id,
        synthetic=arrival.test,
        **words,
    )
    headers = cloudevents.headers(CASE_EVENT, event.event_id, source, at)
    return Output(topics.EVENTS.name, event.person_key.encode(), event.to_bytes(), headers)
