"""A new view takes the place of the old one at once, whatever the old one is."""

import asyncio
import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from schemas.errors import Unavailable
from workers.project.beside import Beside
from workers.project.database import Database
from workers.project.view import CaseView


def _url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _fill(database: Database, *references: str) -> None:
    with database.engine.begin() as connection:
        for one in references:
            connection.execute(
                text(
                    "INSERT INTO cases (reference, person_key, state, channel, queue, category, priority, kind,"
                    " severity, sequence, updated_at, synthetic)"
                    " VALUES (:one, '', '', '', '', '', '', '', '', 1, '2026-01-01 00:00:00', 0)"
                ),
                {"one": one},
            )


def _cases(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        found = [row[0] for row in connection.execute("SELECT reference FROM cases ORDER BY reference")]
    connection.close()
    return found


def _none(path: Path) -> None:
    return


def _current(path: Path) -> None:
    database = Database(_url(path))
    database.open()
    _fill(database, "old", "older")
    database.close()


def _older_version(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cases (reference TEXT)")
        connection.execute("CREATE TABLE forgotten (x TEXT)")
    connection.close()


def _damaged(path: Path) -> None:
    path.write_bytes(b"garbage " * 1000)


@pytest.mark.parametrize("old", [_none, _current, _older_version, _damaged])
def test_the_new_view_is_whole_and_nothing_is_left_beside(tmp_path: Path, old: object) -> None:
    path = tmp_path / "view?,ä.sqlite"
    old(path)  # type: ignore[operator]
    beside = Beside(_url(path))
    _fill(beside.database, "new")
    beside.swap()
    beside.close()
    assert _cases(path) == ["new"]
    view = Database(_url(path))
    view.open()
    view.close()
    assert {one.name.removeprefix("view?,ä.sqlite") for one in tmp_path.iterdir()} <= {"", "-wal", "-shm"}


def test_a_reader_sees_the_old_view_until_it_sees_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "view.sqlite"
    _current(path)
    reader = sqlite3.connect(path)
    beside = Beside(_url(path))
    _fill(beside.database, "new")
    assert reader.execute("SELECT count(*) FROM cases").fetchone() == (2,)
    beside.swap()
    assert reader.execute("SELECT reference FROM cases").fetchall() == [("new",)]
    reader.close()
    beside.close()


def test_a_rebuild_that_fails_leaves_the_old_view(tmp_path: Path) -> None:
    path = tmp_path / "view.sqlite"
    _current(path)
    beside = Beside(_url(path))
    _fill(beside.database, "half")
    beside.close()
    assert _cases(path) == ["old", "older"]


def test_all_who_open_a_new_view_at_once_succeed(tmp_path: Path) -> None:
    for round_ in range(5):
        databases = [Database(_url(tmp_path / f"{round_}.sqlite")) for _ in range(8)]
        with ThreadPoolExecutor(len(databases)) as pool:
            list(pool.map(Database.open, databases))
        for one in databases:
            one.close()
        with sqlite3.connect(tmp_path / f"{round_}.sqlite") as connection:
            assert connection.execute("SELECT count(*) FROM about").fetchone() == (1,)
        connection.close()


@pytest.mark.parametrize("then", ["nothing", "another"])
def test_a_view_whose_file_is_gone_is_noticed_by_who_writes_and_by_who_reads(
    tmp_path: Path, then: str
) -> None:
    path = tmp_path / "view.sqlite"
    _current(path)
    writer, reader = Database(_url(path)), CaseView(_url(path))
    writer.open()
    assert not writer.is_replaced
    asyncio.run(reader.positions())
    for one in (path, path.with_name("view.sqlite-wal"), path.with_name("view.sqlite-shm")):
        one.unlink(missing_ok=True)
    if then == "another":
        _current(path)
    assert writer.is_replaced
    with contextlib.suppress(Unavailable):
        asyncio.run(reader.positions())
    assert asyncio.run(reader.positions()) == {}
    with writer.engine.begin() as connection:
        connection.execute(text("UPDATE about SET version = version"))
    assert _cases(path) == (["old", "older"] if then == "another" else [])
    asyncio.run(reader.aclose())
    writer.close()


@pytest.mark.parametrize("damage", [b"garbage " * 1000, None])
def test_a_damaged_view_says_how_it_is_mended(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "view.sqlite"
    path.mkdir() if damage is None else path.write_bytes(damage)
    with pytest.raises(Unavailable, match=r"view\.sqlite"):
        asyncio.run(CaseView(_url(path)).positions())
