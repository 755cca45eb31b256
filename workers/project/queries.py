"""The questions that the view answers, in SQL. Synthetic complaints are in the view and in no number."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal_column, or_, select

from schemas.assessment import Assessment
from schemas.names import ChannelName
from workers.project import tables
from workers.project.telling import case_line, event_lines, letter_line

_AT_ONCE = 100
_OVER = ("quarantined", "closed", "withdrawn")
"""States in which nobody waits for an acknowledgement any more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Complainants without an acknowledgement: how many, and the one who waits longest."""

    count: int
    since: datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """What the monitor tells of a day, and how many letters are unclear now, whenever they were written."""

    received: int
    acknowledged: int
    unclear_letters: int


def case(connection: Connection, asked: str) -> dict[str, Any] | None:
    """Everything about the case with this reference or alias."""
    aliases, cases = tables.aliases, tables.cases
    reference = connection.scalar(select(aliases.c.reference).where(aliases.c.alias == asked)) or asked
    row = connection.execute(select(cases).where(cases.c.reference == reference)).one_or_none()
    if row is None:
        return None
    events, messages, letters = tables.events.c, tables.messages.c, tables.letters
    timeline = select(events.body).where(events.reference == reference).order_by(events.sequence, events.at)
    said = select(messages.body).where(messages.reference == reference).order_by(messages.received_at)
    written = select(letters).where(letters.c.reference == reference).order_by(letters.c.at)
    others = select(aliases.c.alias).where(aliases.c.reference == reference).order_by(aliases.c.alias)
    return {
        **case_line(row),
        "events": [line for body in connection.scalars(timeline) for line in event_lines(json.loads(body))],
        "messages": [json.loads(body) for body in connection.scalars(said)],
        "letters": [letter_line(letter) for letter in connection.execute(written)],
        "links": _links(connection, reference),
        "aliases": list(connection.scalars(others)),
    }


def person_of(connection: Connection, reference: str) -> str | None:
    """The key of the person whose case this is; None when nobody has it."""
    asked = select(tables.cases.c.person_key).where(tables.cases.c.reference == reference)
    return connection.scalar(asked)


def decisions(connection: Connection) -> list[dict[str, str]]:
    """What people said cases are about, the last word of each, with the words that opened the case."""
    events, messages = tables.events.c, tables.messages.c
    decided: dict[str, str] = {}
    found = select(events.reference, events.body).where(
        events.type == "outcome", events.body.contains('"decided"')
    )
    for row in connection.execute(found.order_by(events.reference, events.sequence)):
        details = json.loads(row.body).get("details", {})
        if details.get("type") == "decided" and not details.get("late"):
            decided[row.reference] = details["category"]
    rows = []
    for reference, category in decided.items():
        first = select(messages.body).where(messages.reference == reference).order_by(messages.received_at)
        said = json.loads(connection.scalar(first.limit(1)) or "{}")
        words = {"text": said.get("text", ""), "subject": said.get("subject", "")}
        rows.append({**words, "category": category, "channel": said.get("channel", ""), "group": reference})
    return rows


def _links(connection: Connection, reference: str) -> list[dict[str, str]]:
    links = tables.links.c
    wanted = select(tables.links).where(or_(links.reference == reference, links.other == reference))
    others = {
        row.other if row.reference == reference else row.reference: row.why
        for row in connection.execute(wanted.order_by(links.reference, links.other))
    }
    return [{"reference": other, "why": why} for other, why in others.items()]


def recent(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The newest cases of people: the house's own, one a minute, would crowd them out."""
    cases = tables.cases.c
    newest = (
        select(tables.cases).where(cases.synthetic.is_(False)).order_by(cases.received_at.desc()).limit(limit)
    )
    return [case_line(row) for row in connection.execute(newest)]


def letter(connection: Connection, letter_id: str) -> dict[str, Any] | None:
    """One letter."""
    row = connection.execute(
        select(tables.letters).where(tables.letters.c.letter_id == letter_id)
    ).one_or_none()
    return None if row is None else letter_line(row)


def positions(connection: Connection) -> dict[tuple[str, int], int]:
    """Where the view stands, by topic and partition."""
    return {(row.topic, row.partition): row.next for row in connection.execute(select(tables.positions))}


def day(connection: Connection, since: datetime) -> Day:
    """Few numbers, each from an index: asked every other second of a view that may hold millions."""
    letters = tables.letters.c
    unclear = select(func.count(letters.letter_id)).where(
        letters.state == literal_column("'unclear'"), letters.synthetic.is_(False)
    )
    return Day(_received(connection, since), _acknowledged(connection, since), _total(connection, unclear))


def counts(connection: Connection, since: datetime | None) -> dict[str, Any]:
    """How many, in which way; `acknowledged` counts acknowledgements accepted since then."""
    cases, letters = tables.cases.c, tables.letters.c
    real = _real(cases.synthetic, cases.received_at, since)
    states = _real(letters.synthetic, letters.at, since)
    return {
        "received": _received(connection, since),
        "acknowledged": _acknowledged(connection, since),
        "states": _by(connection, cases.state, real),
        "channels": _by(connection, cases.channel, real),
        "queues": _by(connection, cases.queue, real),
        "categories": _by(connection, cases.category, real),
        "letters": _by(connection, letters.state, states),
    }


def assessed(connection: Connection, since: datetime, most: int) -> Iterator[tuple[ChannelName, Assessment]]:
    """Channel and assessment of the newest cases, a few at a time: thousands of them would be tens of megabytes."""
    cases = tables.cases.c
    real = [*_real(cases.synthetic, cases.received_at, since), cases.assessment.is_not(None)]
    newest = (
        select(cases.channel, cases.assessment).where(*real).order_by(cases.received_at.desc()).limit(most)
    )
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(newest):
        yield row.channel, Assessment.from_bytes(row.assessment.encode())


def _received(connection: Connection, since: datetime | None) -> int:
    cases = tables.cases.c
    real = _real(cases.synthetic, cases.received_at, since)
    return _total(connection, select(func.count(cases.reference)).where(*real))


def _acknowledged(connection: Connection, since: datetime | None) -> int:
    letters = tables.letters.c
    written = _real(letters.synthetic, letters.accepted_at, since)
    accepted = and_(*written, letters.kind == "acknowledgement", letters.accepted_at.is_not(None))
    return _total(connection, select(func.count(letters.letter_id)).where(accepted))


def _real(synthetic: Any, moment: Any, since: datetime | None) -> list[ColumnElement[bool]]:
    return [synthetic.is_(False)] if since is None else [synthetic.is_(False), moment >= since]


def _total(connection: Connection, counting: Select[Any]) -> int:
    return int(connection.scalar(counting) or 0)


def _by(connection: Connection, column: Any, where: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    counted = select(column, func.count()).where(*where).group_by(column).order_by(column)
    return {row[0]: row[1] for row in connection.execute(counted)}


def waiting(connection: Connection) -> Waiting:
    """Who has no letter that was accepted, shown or suppressed yet."""
    cases = tables.cases.c
    waits = [
        cases.answered_at.is_(None),
        cases.received_at.is_not(None),
        cases.synthetic.is_(False),
        cases.state.not_in(_OVER),
    ]
    first = select(cases.received_at, cases.reference).where(*waits).order_by(cases.received_at).limit(1)
    row = connection.execute(first).one_or_none()
    count = _total(connection, select(func.count(cases.reference)).where(*waits))
    return Waiting(count) if row is None else Waiting(count, row.received_at, row.reference)
