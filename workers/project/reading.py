"""Records of `complaints.events` become events; what is none becomes a dead letter."""

from typing import Any

from pydantic import ValidationError

from schemas import cloudevents, topics
from schemas.complaint import CASE_EVENT, CaseEvent
from schemas.errors import Nonsense, Unreadable, Unsupported
from workers import dead_letters
from workers.runtime.contract import Output, Record

NAME = "project"
_FAMILY = CASE_EVENT.rpartition(".")[0]


def read(record: Any) -> CaseEvent | Unreadable:
    """The event in a record of the client; raises Unsupported for a newer major version."""
    kind = cloudevents.event_type(tuple(record.headers))
    if kind != CASE_EVENT:
        if kind.rpartition(".")[0] == _FAMILY:
            raise Unsupported(f"{kind} is newer than this release; upgrade the workers first")
        return Nonsense(f"a record of type {kind!r} has no business on {topics.EVENTS.name}")
    try:
        return CaseEvent.from_bytes(record.value or b"")
    except ValidationError as error:
        first = error.errors()[0]
        return Nonsense(f"{kind}: {'.'.join(map(str, first['loc']))}: {first['msg']}")


def dead_letter(record: Any, error: Unreadable) -> Output:
    """The dead letter for a record of the client; its key is the place, so that writing it twice is one."""
    return dead_letters.dead_letter(
        NAME,
        Record(
            topics.EVENTS.name,
            record.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            tuple(record.headers),
        ),
        error,
    )
