"""What came later but happened earlier: the order of others' words by their own times, as far as those are believed.

Queues of case systems and networks deliver out of order and again; a step back in time is kept in the timeline and
changes nothing. A time ahead of the record's is a wrong clock, which must not close a case to everybody else.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

AHEAD = timedelta(minutes=5)
MOST_KEPT = 50


def believed(at: datetime | None, recorded: datetime) -> datetime:
    """When it happened: `at`, unless there is none or it lies more than five minutes after its record."""
    return recorded if at is None or at - recorded > AHEAD else at


def is_late(at: datetime, known: datetime | None) -> bool:
    """Whether something that happened after it is known already."""
    return known is not None and at < known


def kept(known: Mapping[str, datetime], name: str, at: datetime) -> dict[str, datetime]:
    """The newest moments by name, with one more."""
    others = [one for one in known.items() if one[0] != name]
    return dict([*others, (name, at)][-MOST_KEPT:])
