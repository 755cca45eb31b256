"""One real broker for the tests of the runtime, and a name space of its own for each of them."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.broker import kafka, named
from tests.integration.runtime.harness import Worker, make_topics
from workers.storage.kafka import Cluster

__all__ = ["kafka"]


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    cluster = named(kafka)
    asyncio.run(make_topics(cluster))
    return cluster


MakeWorker = Callable[..., Worker]


@pytest.fixture
def worker(cluster: Cluster, tmp_path: Path) -> Iterator[MakeWorker]:
    """Makes and starts workers; what still runs at the end is killed."""
    made: list[Worker] = []

    def make(instance: str = "w1", **options: Any) -> Worker:
        made.append(Worker(cluster, tmp_path, instance, **options))
        return made[-1].start()

    yield make
    for one in made:
        if one.code is None:
            one.kill9()
