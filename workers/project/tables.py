"""The case view's tables. Nothing here is the only copy: all of it is made again from `complaints.events`."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

VERSION = 2
"""Raised when a table changes: an older view is refused and made again with `gateway view rebuild`."""

metadata = MetaData()


class Utc(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is put on again when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _word(name: str, **more: Any) -> Column[str]:
    return Column(name, String, nullable=False, default="", **more)


about = Table("about", metadata, Column("version", Integer, primary_key=True))

positions = Table(
    "positions",
    metadata,
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
    Column("cluster", String, nullable=False),
    Column("birth", String, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("reference", String, primary_key=True),
    _word("person_key"),
    _word("state"),
    _word("channel"),
    _word("queue"),
    _word("category"),
    _word("priority"),
    _word("kind"),
    _word("severity"),
    Column("sequence", Integer, nullable=False),
    Column("received_at", Utc),
    Column("updated_at", Utc, nullable=False),
    Column("acknowledge_by", Utc),
    Column("respond_by", Utc),
    Column("answered_at", Utc),
    Column("synthetic", Boolean, nullable=False),
    Column("assessment", Text),
    Column("routing", Text),
    Index("cases_waiting", "answered_at", "received_at"),
    Index("cases_recent", "received_at"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("alias", String, primary_key=True),
    Column("reference", String, nullable=False, index=True),
)

events = Table(
    "events",
    metadata,
    Column("event_id", String, primary_key=True),
    Column("reference", String, nullable=False),
    Column("sequence", Integer, nullable=False),
    _word("type"),
    Column("at", Utc, nullable=False),
    _word("delivery_id", index=True),
    Column("body", Text, nullable=False),
    Index("events_of_case", "reference", "sequence"),
)

messages = Table(
    "messages",
    metadata,
    Column("identity", String, primary_key=True),
    Column("reference", String, nullable=False, index=True),
    Column("received_at", Utc, nullable=False),
    Column("body", Text, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("letter_id", String, primary_key=True),
    Column("reference", String, nullable=False, index=True),
    _word("kind"),
    _word("channel"),
    _word("state"),
    _word("provider_id"),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("accepted_at", Utc),
    Column("sequence", Integer, nullable=False),
    _word("template"),
    _word("sha256"),
    Column("synthetic", Boolean, nullable=False),
    Index("letters_accepted", "accepted_at"),
)
Index(
    "letters_unclear",
    letters.c.letter_id,
    sqlite_where=letters.c.state == "unclear",
    postgresql_where=letters.c.state == "unclear",
)

links = Table(
    "links",
    metadata,
    Column("reference", String, primary_key=True),
    Column("other", String, primary_key=True, index=True),
    Column("why", Text, nullable=False),
)
