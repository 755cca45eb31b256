"""A second case view beside the one in use, and how it takes that one's place in a single transaction."""

import contextlib
from pathlib import Path

from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.exc import DatabaseError, OperationalError

from schemas.errors import Unavailable
from workers.project import tables
from workers.project.database import Database

_SCHEMA = "gateway_view_rebuild"
_SUFFIX = ".rebuild"


class Beside:
    """An empty view: for SQLite in a file beside the view's, for PostgreSQL in a schema beside its. Blocking.

    Raises Unavailable when the database is away or may not be written, Misconfigured for a URL that names none.
    """

    def __init__(self, url: str | URL) -> None:
        self._view = Database(url)
        self._is_file = self._view.engine.dialect.name == "sqlite"
        self._make_room()
        parsed = make_url(url)
        where = (
            parsed.set(database=str(self._file(_SUFFIX)))
            if self._is_file
            else parsed.update_query_dict({"options": f"-csearch_path={_SCHEMA}"})
        )
        self.database = Database(where)
        self.database.open()

    def swap(self) -> None:
        """Put it in the place of the view in use, whatever that holds: an older version, damage, or nothing."""
        self.database.close()
        try:
            if self._is_file:
                self._swap_file()
            else:
                self._swap_schema()
        except DatabaseError as error:
            raise Unavailable(f"the database does not take the new view: {error.orig}") from error

    def close(self) -> None:
        """Let go, and leave nothing behind."""
        self.database.close()
        with contextlib.suppress(DatabaseError):
            self._clear()
        self._view.close()

    def _clear(self) -> None:
        """Remove what is beside the view, of this rebuild or of one that was killed."""
        if self._is_file:
            for suffix in ("", "-wal", "-shm"):
                self._file(_SUFFIX + suffix).unlink(missing_ok=True)
            return
        with self._view.engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE"))

    def _make_room(self) -> None:
        try:
            self._clear()
            if not self._is_file:
                with self._view.engine.begin() as connection:
                    connection.execute(text(f"CREATE SCHEMA {_SCHEMA}"))
        except DatabaseError as error:  # away, or its user may not make a schema
            raise Unavailable(f"the database does not take a second view: {error.orig}") from error

    def _swap_file(self) -> None:
        engine = create_engine(self._view.engine.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                run = connection.exec_driver_sql
                run("ATTACH DATABASE ? AS fresh", (str(self._file(_SUFFIX)),))
                run("PRAGMA busy_timeout=10000")
                run("BEGIN IMMEDIATE")
                named = run(
                    "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                )
                for (name,) in named.all():
                    run(f'DROP TABLE main."{name}"')
                made = run("SELECT name, type, sql FROM fresh.sqlite_master WHERE sql IS NOT NULL").all()
                for name, kind, sql in sorted(made, key=lambda one: one[1] != "table"):
                    run(sql)
                    if kind == "table":
                        run(f'INSERT INTO main."{name}" SELECT * FROM fresh."{name}"')
                run("COMMIT")
        except DatabaseError as error:
            if isinstance(error, OperationalError):
                raise
            self._replace_file()  # it is no database any more, so that nobody reads it
        finally:
            engine.dispose()

    def _replace_file(self) -> None:
        """The new file under the old name, and no log of the old one, which would be played into it."""
        for suffix in ("-wal", "-shm"):
            self._file(suffix).unlink(missing_ok=True)
        self._file(_SUFFIX).replace(self._file(""))

    def _swap_schema(self) -> None:
        with self._view.engine.begin() as connection:
            (schema,) = connection.execute(text("SELECT current_schema()")).one()
            there = set(inspect(connection).get_table_names(schema=schema))
            for table in tables.metadata.sorted_tables:
                if table.name in there:
                    connection.execute(text(f'DROP TABLE "{schema}"."{table.name}" CASCADE'))
                connection.execute(text(f'ALTER TABLE "{_SCHEMA}"."{table.name}" SET SCHEMA "{schema}"'))

    def _file(self, suffix: str) -> Path:
        return Path(f"{self._view.engine.url.database}{suffix}")
