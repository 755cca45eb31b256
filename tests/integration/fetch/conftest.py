"""One broker for the fetch tests, topics of its own for each, and workers that are processes."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.broker import kafka, named
from tests.integration.fetch.post import Worker, make_topics
from workers.storage.kafka import Cluster

__all__ = ["kafka"]

MakeWorker = Callable[..., Worker]


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    cluster = named(kafka)
    asyncio.run(make_topics(cluster))
    return cluster


@pytest.fixture
def worker(cluster: Cluster, tmp_path: Path) -> Iterator[MakeWorker]:
    """Makes and starts workers; what still runs at the end is killed."""
    made: list[Worker] = []

    def make(provider: str, **settings: object) -> Worker:
        made.append(Worker(cluster, tmp_path, provider, settings))
        return made[-1].start()

    yield make
    for one in made:
        one.kill9()
