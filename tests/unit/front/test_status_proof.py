"""What a status page shows to whom nobody vouches for: only what was sent under his reference."""

from pathlib import Path

import pytest

from schemas import identity
from schemas.complaint import CaseEvent
from tests.unit.front.conftest import build
from tests.unit.triage.case import SECRET
from tests.unit.triage.street import Street
from workers.project import positions, queries, store
from workers.project.database import Database
from workers.project.positions import Source


async def asked(folder: Path, events: list[CaseEvent], reference: str) -> dict[str, object]:
    """The status of a reference as the page's JSON, from a view built of these events."""
    database = Database(f"sqlite:///{folder / 'view.db'}")
    database.open()
    source = Source("complaints.events", 0, "cluster-a", "birth-a", 0)
    with database.engine.begin() as connection:
        stands = positions.begin(connection, source)
    bodies = [one.to_bytes().decode() for one in events]
    store.apply(database, store.Batch(source, stands, stands + len(events), events, bodies))
    with database.engine.connect() as connection:
        case = queries.case(connection, reference)
    database.close()
    assert case is not None
    house = build(folder, secret=SECRET)
    house.cases.known[reference] = case
    async with house.client() as client:
        pair = {"reference": reference, "code": identity.status_code(SECRET, reference)}
        answer = await client.get("/api/v1/status", params=pair)
    told: dict[str, object] = answer.json()
    return told


@pytest.mark.asyncio
async def test_a_stranger_with_her_address_and_her_words_sees_nothing_of_her_case(tmp_path: Path) -> None:
    street = Street()
    hers = street.mail("the boiler leaks").reference
    street.mail(f"more on {hers}")
    strangers = street.form("the boiler leaks")
    told = await asked(tmp_path, street.events, strangers)
    assert (told["reference"], told["messages"]) == (strangers, 1)


@pytest.mark.asyncio
async def test_a_repeat_from_a_typed_address_sees_itself_and_not_the_case_it_stays_in(tmp_path: Path) -> None:
    street = Street()
    first = street.form("the boiler leaks")
    again = street.form("the boiler leaks")
    assert street.events[-1].reference == first
    told = await asked(tmp_path, street.events, again)
    assert (told["reference"], told["state"], told["messages"]) == (again, "received", 1)


@pytest.mark.asyncio
@pytest.mark.parametrize("answered", [False, True])
async def test_the_whole_case_is_shown_when_the_address_has_answered(tmp_path: Path, answered: bool) -> None:
    street = Street()
    first = street.form("the boiler leaks")
    street.form("the boiler leaks")
    if answered:
        street.mail(f"more on {first}")
    told = await asked(tmp_path, street.events, first)
    assert (told["reference"], told["messages"]) == (first, 3 if answered else 1)
