"""The same view in PostgreSQL, and a PostgreSQL that goes away for a while."""

import secrets

import psycopg
import pytest

from tests.integration.project.conftest import MakeWorker
from tests.integration.project.postgres import Postgres
from tests.integration.project.scene import answered, life, tell
from tests.patience import until
from tests.unit.project.told import reference
from workers.project.view import CaseView
from workers.storage.kafka import Cluster


@pytest.fixture
def url(postgres: Postgres) -> str:
    name = f"v{secrets.token_hex(4)}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.url.replace("/postgres", f"/{name}")


@pytest.mark.asyncio
async def test_the_view_is_the_same_in_postgresql(
    cluster: Cluster, worker: MakeWorker, view: CaseView
) -> None:
    await tell(cluster, life(range(100)))
    slot = worker()
    await answered(view, 100)
    assert slot.stop() == 0
    case = await view.case(reference(3))
    assert case is not None
    assert [one["state"] for one in case["letters"]] == ["accepted"]
    assert case["received_at"].endswith("+00:00")


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_database_that_goes_away_is_waited_for(
    cluster: Cluster, worker: MakeWorker, view: CaseView, postgres: Postgres
) -> None:
    slot = worker()
    await tell(cluster, life(range(10)))
    await answered(view, 10)
    postgres.stop()
    try:
        await tell(cluster, life(range(10, 30)))
        await until(lambda: "paused" in slot.said, 50, "a word about the pause")
    finally:
        postgres.start()
    await answered(view, 30, seconds=40)
    assert slot.stop() == 0
