"""A Kafka for the tests of the local services."""

from collections.abc import Iterator

import pytest

from deploy.local.kafka import LocalKafka


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """One broker, stopped at the end of the module."""
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running
