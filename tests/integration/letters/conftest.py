"""One broker for the letters tests, topics of its own and a provider for each."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.broker import kafka, named
from tests.integration.letters.post import Worker, make_topics
from tests.integration.letters.provider import Provider
from workers.storage.kafka import Cluster

__all__ = ["kafka"]

MakeWorker = Callable[..., Worker]


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    cluster = named(kafka)
    asyncio.run(make_topics(cluster))
    return cluster


@pytest.fixture
def mail(tmp_path: Path) -> Provider:
    return Provider(tmp_path / "providers" / "mail")


@pytest.fixture
def sms(tmp_path: Path) -> Provider:
    return Provider(tmp_path / "providers" / "sms")


@pytest.fixture
def worker(cluster: Cluster, tmp_path: Path) -> Iterator[MakeWorker]:
    """Makes and starts workers; what still runs at the end is killed."""
    made: list[Worker] = []

    def make(instance: str = "letters-1", **told: Any) -> Worker:
        made.append(Worker(cluster, tmp_path, instance, **told))
        return made[-1].start()

    yield make
    for one in made:
        one.kill9()
