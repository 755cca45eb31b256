"""One broker and one PostgreSQL for the project tests; topics and a view of its own for each."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.kafka import LocalKafka
from tests.integration.broker import kafka, named
from tests.integration.project.postgres import Postgres, binaries
from tests.integration.project.scene import Worker, make_topics
from workers.project.view import CaseView
from workers.storage.kafka import Cluster

__all__ = ["kafka"]

MakeWorker = Callable[..., Worker]


@pytest.fixture(scope="package")
def postgres() -> Iterator[Postgres]:
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    server = Postgres()
    server.start()
    yield server
    server.stop()
    server.remove()


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    cluster = named(kafka)
    asyncio.run(make_topics(cluster))
    return cluster


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'view.db'}"


@pytest_asyncio.fixture
async def view(url: str) -> AsyncIterator[CaseView]:
    view = CaseView(url)
    yield view
    await view.aclose()


@pytest.fixture
def worker(cluster: Cluster, tmp_path: Path, url: str) -> Iterator[MakeWorker]:
    """Makes and starts workers; what still runs at the end is killed."""
    made: list[Worker] = []

    def make(instance: str = "project-1", **more: object) -> Worker:
        made.append(Worker(cluster, tmp_path, url, instance))
        return made[-1].start(**more)

    yield make
    for one in made:
        one.kill9()
