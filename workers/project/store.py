"""One batch of events into the view: rows read, folded, written, and the position moved, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, select

from schemas.complaint import CaseEvent
from workers.project import positions, rule, tables
from workers.project.database import Database, insert_new, upsert
from workers.project.positions import Source
from workers.project.rule import CaseRow, LetterRow


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one partition in their order, and the position before and after them."""

    source: Source
    expected: int
    after: int
    events: Sequence[CaseEvent]
    bodies: Sequence[str]
    """Each event as it stands on the topic, unknown fields included."""


def apply(database: Database, batch: Batch) -> dict[str, CaseRow]:
    """Write a batch; the cases it touched, as they stand now. Raises positions.Moved."""
    with database.engine.begin() as connection:
        positions.move(connection, batch.source, batch.expected, batch.after)
        cases = _fold_cases(connection, batch.events)
        letters = _fold_letters(connection, batch.events)
        upsert(connection, tables.cases, [_columns(case) for case in cases.values()])
        upsert(connection, tables.letters, [_columns(letter) for letter in letters.values()])
        _write_lines(connection, batch)
    return cases


def cases_of(database: Database, events: Sequence[CaseEvent]) -> dict[str, CaseRow]:
    """The cases that these events belong to, as they stand now."""
    with database.engine.connect() as connection:
        return _load_cases(connection, {event.reference for event in events})


def _fold_cases(connection: Connection, events: Sequence[CaseEvent]) -> dict[str, CaseRow]:
    cases = _load_cases(connection, {event.reference for event in events})
    for event in events:
        folded = rule.fold_case(cases.get(event.reference), event)
        if folded is not None:
            cases[event.reference] = folded
    return cases


def _load_cases(connection: Connection, references: set[str]) -> dict[str, CaseRow]:
    rows = connection.execute(select(tables.cases).where(tables.cases.c.reference.in_(references)))
    return {row.reference: CaseRow(**row._mapping) for row in rows}


def _fold_letters(connection: Connection, events: Sequence[CaseEvent]) -> dict[str, LetterRow]:
    changes = [(rule.letter_status(event).letter_id, event) for event in events if event.type == "letter"]
    wanted = {letter_id for letter_id, _ in changes}
    rows = connection.execute(select(tables.letters).where(tables.letters.c.letter_id.in_(wanted)))
    letters = {row.letter_id: LetterRow(**row._mapping) for row in rows}
    for letter_id, event in changes:
        letters[letter_id] = rule.fold_letter(letters.get(letter_id), event)
    return letters


def _columns(row: CaseRow | LetterRow) -> dict[str, Any]:
    """A row by column; `dataclasses.asdict` copies deeply, which took half of the time."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _write_lines(connection: Connection, batch: Batch) -> None:
    events = batch.events
    lines = [
        {
            "event_id": event.event_id,
            "reference": event.reference,
            "sequence": event.sequence,
            "type": event.type,
            "at": event.at,
            "delivery_id": event.delivery_id,
            "body": body,
        }
        for event, body in zip(events, batch.bodies, strict=True)
    ]
    insert_new(connection, tables.events, lines)
    said = {
        message.identity: {
            "identity": message.identity,
            "reference": event.reference,
            "received_at": message.received_at,
            "body": message.model_dump_json(exclude_none=True),
        }
        for event in events
        if (message := event.message) is not None
    }
    upsert(connection, tables.messages, said.values())
    known = dict(pair for event in events if (pair := rule.alias(event)) is not None)
    upsert(connection, tables.aliases, [{"alias": one, "reference": other} for one, other in known.items()])
    links = {(event.reference, link.reference): link.why for event in events for link in event.links}
    rows = [{"reference": one, "other": other, "why": why} for (one, other), why in links.items()]
    upsert(connection, tables.links, rows)
