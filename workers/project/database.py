"""The database behind the case view: SQLite in one file by default, PostgreSQL by URL; the same SQL for both."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DisconnectionError,
    IntegrityError,
    OperationalError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from schemas.errors import Misconfigured, Unavailable
from workers.project import tables

SETTING = "GATEWAY_DATABASE_URL"
Row = Mapping[str, Any]
_BUSY_MS = 10_000
_TRIES = 20
_PAUSE_SECONDS = 0.01
_EXAMPLES = "write sqlite:///FOLDER/view.db or postgresql://USER@HOST/NAME"
_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Database:
    """An engine with the view's tables in it, made when they are missing. Blocking: call it in a thread."""

    def __init__(self, url: str | URL) -> None:
        """Raises Misconfigured for a URL that names no database we speak."""
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise Misconfigured(SETTING, f"{error}; {_EXAMPLES}") from error
        self._name = parsed.render_as_string(hide_password=True)
        if parsed.drivername not in _DRIVERS:
            raise Misconfigured(SETTING, f"{self._name} is no database that is known here; {_EXAMPLES}")
        self.engine: Engine = create_engine(
            parsed.set(drivername=_DRIVERS[parsed.drivername]), pool_pre_ping=True
        )
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "connect", self._remember)
            event.listen(self.engine, "checkout", self._check)
        self._opened = self._identity()

    def open(self) -> None:
        """Make what is missing. Raises Unavailable when the database is away, Misconfigured for an old view."""
        for tried in range(1, _TRIES + 1):
            try:
                self._make()
                self._opened = self._identity()
                return
            except DatabaseError as error:
                if not _made_by_another(error) or tried == _TRIES:
                    raise self.trouble(error) from error
                sleep(_PAUSE_SECONDS * tried)

    def trouble(self, error: DatabaseError) -> Unavailable:
        """What a failed look means: the database is away, or its file is damaged."""
        if isinstance(error, OperationalError):
            return Unavailable(f"the database {self._name} does not answer: {error.orig}")
        return Unavailable(
            f"the case view {self._name} is damaged ({error.orig}); `gateway view rebuild` makes it anew"
        )

    @property
    def is_replaced(self) -> bool:
        """Whether the file that was opened was removed since, or another one is in its place."""
        return self._identity() != self._opened

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def _identity(self) -> tuple[int, int] | None:
        """Which file is there now; None when none is, or when the view is on a server."""
        url = self.engine.url
        if self.engine.dialect.name != "sqlite" or not url.database:
            return None
        try:
            found = Path(url.database).stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _remember(self, _connection: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = self._identity()

    def _check(self, _connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        """A connection to a file that was removed would read and write what nobody else sees."""
        if record.info.get("file") != self._identity():
            raise DisconnectionError

    def _make(self) -> None:
        tables.metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            version = connection.scalar(select(tables.about.c.version))
            if version is None:
                connection.execute(insert(tables.about).values(version=tables.VERSION))
            elif version != tables.VERSION:
                raise Misconfigured(
                    SETTING,
                    f"{self._name} holds the case view in version {version}, this release needs"
                    f" {tables.VERSION}; run `gateway view rebuild`",
                )


def _made_by_another(error: DatabaseError) -> bool:
    """Whether another process, at its first start too, made a table or the version's row in the same moment.

    SQLite does not wait for who changes the journal's mode: it says at once that the database is locked.
    """
    said = str(error.orig)
    return isinstance(error, IntegrityError) or "already exists" in said or "database is locked" in said


def upsert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows or replace those with the same primary key."""
    values = list(rows)
    if not values:
        return
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in values[0] if name not in keys}
    if changed:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)
    else:
        connection.execute(statement.on_conflict_do_nothing(), values)


def insert_new(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert those rows whose primary key is not there yet."""
    values = list(rows)
    if values:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), values)


def _insert(connection: Connection, table: Table) -> Any:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def _prepare_sqlite(connection: Any, _: object) -> None:
    """Readers beside one writer (WAL). A lost tail after a power cut is read from Kafka again."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()
