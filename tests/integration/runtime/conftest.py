"""One real broker for the tests of the runtime, and a name space of its own for each of them."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.runtime.harness import Worker, make_topics
from workers.storage.kafka import Cluster


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    cluster = Cluster(kafka.bootstrap, topic_prefix=f"t{secrets.token_hex(3)}.")
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
