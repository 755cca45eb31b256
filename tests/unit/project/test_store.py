"""Batches into SQLite and questions out of it: no broker is needed for that."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event as sql_event

from schemas.complaint import CaseEvent
from schemas.errors import Misconfigured, Unavailable
from tests.unit.project.told import NOON, event, letter, message, opened, reference
from workers.project import positions, queries, store, tables
from workers.project.database import Database
from workers.project.positions import Source
from workers.project.queries import Day
from workers.project.view import CaseView

SOURCE = Source("complaints.events", 0, "cluster-a", "birth-a", 0)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'view.db'}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    database.open()
    yield database
    database.close()


def write(database: Database, events: Sequence[CaseEvent], source: Source = SOURCE) -> None:
    with database.engine.begin() as connection:
        stands = positions.begin(connection, source)
    bodies = [one.to_bytes().decode() for one in events]
    store.apply(database, store.Batch(source, stands, stands + len(events), events, bodies))


async def ask(url: str, reference_asked: str) -> dict[str, object] | None:
    view = CaseView(url)
    try:
        return await view.case(reference_asked)
    finally:
        await view.aclose()


def test_a_case_and_its_alias_are_told_as_the_contract_says(database: Database, url: str) -> None:
    joined = event("joined", 1, 4, state="open", alias=reference(2), message=message(2, text="And again."))
    linked = opened(1, links=[{"reference": reference(9), "why": "named in the text"}])
    write(database, [linked, letter(1, 2, "attempted"), letter(1, 3, "accepted"), joined])
    case = asyncio.run(ask(url, reference(2)))
    assert case is not None
    assert {name: case[name] for name in ("reference", "state", "channel", "queue", "category", "priority")} == {
        "reference": reference(1), "state": "open", "channel": "mail", "queue": "service",
        "category": "defective", "priority": "normal",
    }  # fmt: skip
    events, letters, messages = case["events"], case["letters"], case["messages"]
    assert isinstance(events, list)
    assert isinstance(letters, list)
    assert isinstance(messages, list)
    assert [one["type"] for one in events] == [
            "received", "assessed", "routed", "opened", "letter", "acknowledged", "received", "joined",
        ]  # fmt: skip
    assert events[2]["summary"] == "to service by the rule everything"
    assert {name: letters[0][name] for name in ("kind", "channel", "state", "provider_id")} == {
        "kind": "acknowledgement", "channel": "mail", "state": "accepted", "provider_id": "<1@example.org>",
    }  # fmt: skip
    assert [one["text"] for one in messages] == ["The heating does not work.", "And again."]
    assert case["links"] == [{"reference": reference(9), "why": "named in the text"}]
    assert case["aliases"] == [reference(2)]


def test_nobody_has_an_unknown_reference(database: Database, url: str) -> None:
    assert asyncio.run(ask(url, reference(5))) is None


def test_waiting_ends_with_an_answer_and_counts_no_test(database: Database, url: str) -> None:
    write(database, [opened(1), opened(2, synthetic=True), opened(3, state="quarantined")])

    async def look() -> tuple[int, float | None]:
        view = CaseView(url)
        found = (await view.waiting()).count, await view.longest_waiting(NOON + timedelta(seconds=30))
        await view.aclose()
        return found

    assert asyncio.run(look()) == (1, 60.0)
    write(database, [letter(1, 2, "failed")])
    assert asyncio.run(look()) == (1, 60.0)
    write(database, [letter(1, 3, "accepted")])
    assert asyncio.run(look()) == (0, None)


def test_counts_tell_received_and_acknowledged(database: Database, url: str) -> None:
    write(database, [opened(1), letter(1, 2, "accepted"), opened(2), opened(3, synthetic=True)])

    async def look() -> dict[str, object]:
        view = CaseView(url)
        found = await view.counts()
        later = await view.counts(since=NOON + timedelta(days=1))
        await view.aclose()
        assert later["received"] == 0
        return found

    counts = asyncio.run(look())
    assert (counts["received"], counts["acknowledged"]) == (2, 1)
    assert counts["queues"] == {"service": 2}
    assert counts["letters"] == {"accepted": 1}


def test_what_people_decided_is_the_category_and_a_row_to_learn_from(database: Database, url: str) -> None:
    def decided(sequence: int, category: str) -> CaseEvent:
        return event("outcome", 1, sequence, details={"type": "decided", "category": category})

    write(database, [decided(3, "delivery"), opened(1), decided(2, "invoice"), opened(2)])

    async def look() -> tuple[list[str], list[dict[str, str]]]:
        view = CaseView(url)
        found = [await view.case(reference(number)) for number in (1, 2)], await view.decisions()
        await view.aclose()
        return [one["category"] for one in found[0] if one], found[1]

    categories, rows = asyncio.run(look())
    assert categories == ["delivery", "defective"]
    assert rows == [
        {
            "text": "The heating does not work.",
            "subject": "",
            "category": "delivery",
            "channel": "mail",
            "group": reference(1),
        }
    ]


def test_a_day_counts_what_people_sent_and_every_unclear_letter(database: Database, url: str) -> None:
    write(database, [opened(1), letter(1, 2, "accepted"), opened(2), opened(3, synthetic=True)])
    write(database, [letter(2, 2, "unclear")])

    async def look(since: datetime) -> Day:
        view = CaseView(url)
        found = await view.day(since)
        await view.aclose()
        return found

    assert asyncio.run(look(NOON - timedelta(hours=12))) == Day(received=2, acknowledged=1, unclear_letters=1)
    assert asyncio.run(look(NOON + timedelta(days=1))) == Day(received=0, acknowledged=0, unclear_letters=1)


def test_a_day_reads_no_table_from_end_to_end(database: Database) -> None:
    asked: list[str] = []

    def explain(connection: Any, _: Any, statement: str, values: Any, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            plan = connection.connection.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            asked.extend(row[3] for row in plan)

    with database.engine.connect() as connection:
        sql_event.listen(connection, "before_cursor_execute", explain)
        queries.day(connection, NOON)
    assert len(asked) == 3
    assert all(" USING " in step and "INDEX" in step for step in asked), asked


def test_a_batch_is_written_once_or_not_at_all(database: Database) -> None:
    write(database, [opened(1)])
    old = store.Batch(SOURCE, 0, 5, [opened(2)], [opened(2).to_bytes().decode()])
    with pytest.raises(positions.Moved):
        store.apply(database, old)
    assert store.cases_of(database, [opened(2)]) == {}


def test_a_batch_that_fails_half_way_leaves_nothing(database: Database) -> None:
    broken = letter(1, 2, "accepted")
    broken = broken.model_copy(update={"details": {"letter_id": "only"}})
    with pytest.raises(ValueError, match="LetterStatus"):
        write(database, [opened(1), broken])
    assert store.cases_of(database, [opened(1)]) == {}
    with database.engine.begin() as connection:
        assert positions.begin(connection, SOURCE) == 0


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (replace(SOURCE, cluster="cluster-b"), "cluster cluster-a, this is cluster-b"),
        (replace(SOURCE, birth="birth-b"), "made anew"),
        (replace(SOURCE, birth=""), "made anew"),
        (replace(SOURCE, first=9), "lost the records 1 to 9"),
    ],
)
def test_another_topic_is_refused_and_the_cure_is_named(database: Database, other: Source, says: str) -> None:
    write(database, [opened(1)])
    with database.engine.begin() as connection, pytest.raises(Misconfigured, match=says) as caught:
        positions.begin(connection, other)
    assert "gateway view rebuild" in str(caught.value)


def test_a_view_of_another_release_is_refused(database: Database, url: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(tables.about.update().values(version=0))
    with pytest.raises(Misconfigured, match=r"version 0.*gateway view rebuild"):
        Database(url).open()


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "sqlite"])
def test_a_wrong_address_is_named(url: str) -> None:
    with pytest.raises(Misconfigured, match="GATEWAY_DATABASE_URL"):
        Database(url)


def test_a_database_that_is_away_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        Database(f"sqlite:///{tmp_path / 'no' / 'folder' / 'view.db'}").open()


def test_assessments_of_the_newest_real_cases(database: Database, url: str) -> None:
    synthetic = opened(3, synthetic=True)
    write(database, [opened(1), opened(2, channel="sms"), synthetic])
    view = CaseView(url)
    try:
        found = asyncio.run(view.assessed(NOON - timedelta(days=1), 10, list))
        assert sorted((channel, one.category) for channel, one in found) == [
            ("mail", "defective"),
            ("sms", "defective"),
        ]
        assert {one["reference"] for one in asyncio.run(view.recent(10))} == {reference(1), reference(2)}
        assert asyncio.run(view.assessed(NOON + timedelta(days=1), 10, list)) == []
        assert len(asyncio.run(view.assessed(NOON - timedelta(days=1), 1, list))) == 1
    finally:
        asyncio.run(view.aclose())
