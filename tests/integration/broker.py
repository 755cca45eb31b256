"""One broker for a package of tests; each test has topics of its own (`named`), so that none sees another's.

A package takes it by importing `kafka` in its conftest. A test that kills its broker starts one of its own.
"""

import secrets
from collections.abc import Iterator

import pytest

from deploy.local.kafka import LocalKafka
from workers.storage.kafka import Cluster


@pytest.fixture(scope="package")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """Stopped when the last test of the package has run."""
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


def named(kafka: LocalKafka) -> Cluster:
    """The cluster under a topic prefix that nobody else uses."""
    return Cluster(kafka.bootstrap, topic_prefix=f"t{secrets.token_hex(4)}.")
