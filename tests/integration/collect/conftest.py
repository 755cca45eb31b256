"""A real Kafka for the module, a real Dovecot for each test."""

from collections.abc import Iterator

import pytest

from deploy.local.dovecot import Dovecot
from deploy.local.kafka import LocalKafka
from tests.integration.mail_wire.conftest import dovecot

__all__ = ["dovecot"]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    """One broker; each test has a topic prefix of its own."""
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Dovecot:
    """The same server under the name that says what these tests use it for."""
    return dovecot
