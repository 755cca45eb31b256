"""One broker, and a name space of its own for each test."""

import secrets
from collections.abc import Iterator

import pytest

from deploy.local.kafka import LocalKafka
from workers.storage.kafka import Cluster


@pytest.fixture(scope="package")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    return Cluster(kafka.bootstrap, topic_prefix=f"m{secrets.token_hex(3)}.")
