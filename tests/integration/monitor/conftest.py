"""One broker, and a name space of its own for each test."""

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.broker import kafka, named
from workers.storage.kafka import Cluster

__all__ = ["kafka"]


@pytest.fixture
def cluster(kafka: LocalKafka) -> Cluster:
    return named(kafka)
