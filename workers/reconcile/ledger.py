"""The books: every delivery, message and outcome as rows of a temporary database, so memory stays bounded.

A row is a few dozen bytes on disk; a million deliveries fit beside everything else on a small machine.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CACHE_KIB = 64 * 1024
_TABLES = """
CREATE TABLE deliveries(id TEXT PRIMARY KEY, instance TEXT, boot TEXT, sequence INTEGER, at INTEGER,
                        unread INTEGER, copies INTEGER, spooled INTEGER) WITHOUT ROWID;
CREATE TABLE settled(instance TEXT, boot TEXT, number INTEGER, PRIMARY KEY(instance, boot)) WITHOUT ROWID;
CREATE TABLE messages(delivery TEXT, identity TEXT, waiting INTEGER,
                      PRIMARY KEY(delivery, identity)) WITHOUT ROWID;
CREATE TABLE outcomes(identity TEXT, delivery TEXT, type TEXT, reference TEXT, synthetic INTEGER,
                      PRIMARY KEY(identity, delivery, type, reference)) WITHOUT ROWID;
CREATE TABLE letters(reference TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE laid_down(delivery TEXT, identity TEXT, word TEXT,
                       PRIMARY KEY(delivery, identity, word)) WITHOUT ROWID;
"""


class Ledger:
    """A context manager; the database goes with it. Times are milliseconds since 1970."""

    def __init__(self, folder: Path | None = None) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="reconcile-", dir=folder)
        self._books = sqlite3.connect(Path(self._scratch.name) / "books.sqlite", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KIB}", "temp_store=FILE"):
            self._books.execute(f"PRAGMA {pragma}").fetchall()
        self._books.executescript(_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._books.close()
        self._scratch.cleanup()

    def delivered(self, rows: Iterable[tuple[str, int, bool]]) -> None:
        """Deliveries on their topic as (id, logged at, not yet read by normalise); further copies are counted."""
        self._many(
            "INSERT INTO deliveries VALUES(?,?,?,?,?,?,1,0) ON CONFLICT(id) DO UPDATE SET"
            " unread = max(unread, excluded.unread), copies = copies + 1, at = min(at, excluded.at)",
            ((one, *_split(one), at, unread) for one, at, unread in rows),
        )

    def settled(self, rows: Iterable[tuple[str, int]]) -> None:
        """What deliveries tell of those before them, as (id, number); the highest number of a start counts."""
        self._many(
            "INSERT INTO settled VALUES(?,?,?) ON CONFLICT DO UPDATE SET number = max(number, excluded.number)",
            ((*_split(one)[:2], number) for one, number in rows),
        )

    def spooled(self, rows: Iterable[tuple[str, int]]) -> None:
        """Deliveries in a spool as (id, received at); some may be on their topic as well."""
        self._many(
            "INSERT INTO deliveries VALUES(?,?,?,?,?,0,0,1) ON CONFLICT(id) DO UPDATE SET spooled = 1",
            ((one, *_split(one), at) for one, at in rows),
        )

    def read(self, rows: Iterable[tuple[str, str, bool]]) -> None:
        """Messages as (delivery, identity, not yet triaged); what was forwarded to a home key is the same one."""
        self._many(
            "INSERT INTO messages VALUES(?,?,?) ON CONFLICT DO UPDATE SET waiting = max(waiting, excluded.waiting)",
            rows,
        )

    def ended(self, rows: Iterable[tuple[str, str, str, str, bool]]) -> None:
        """Outcomes as (identity, delivery, type, reference, of the house's own making)."""
        self._many("INSERT OR IGNORE INTO outcomes VALUES(?,?,?,?,?)", rows)

    def lettered(self, references: Iterable[str]) -> None:
        """Cases that have a letter, whatever became of it, or one that is still to be taken up."""
        self._many("INSERT OR IGNORE INTO letters VALUES(?)", ((reference,) for reference in references))

    def laid_down(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Dead letters and what was given up, as (delivery, identity or nothing, word)."""
        self._many("INSERT OR IGNORE INTO laid_down VALUES(?,?,?)", rows)

    def ask(self, question: str, **given: Any) -> Iterator[tuple[Any, ...]]:
        """Rows that answer a question in SQL."""
        yield from self._books.execute(question, given)

    def one(self, question: str, **given: Any) -> int:
        """A single number."""
        row = self._books.execute(question, given).fetchone()
        return int(row[0] or 0)

    def _many(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._books.execute("BEGIN")
        self._books.executemany(statement, rows)
        self._books.execute("COMMIT")


def _split(delivery_id: str) -> tuple[str, str, int | None]:
    """Instance, boot and number of an id; a stranger's id has no number."""
    rest, _, sequence = delivery_id.rpartition("-")
    instance, _, boot = rest.rpartition("-")
    number = int(sequence) if sequence.isdecimal() and len(sequence) < 19 else None
    return instance, boot, number
