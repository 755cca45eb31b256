"""A real Kafka for the module, a real Dovecot for each test."""

import pytest

from deploy.local.dovecot import Dovecot
from tests.integration.broker import kafka
from tests.integration.mail_wire.conftest import dovecot

__all__ = ["dovecot", "kafka"]


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Dovecot:
    """The same server under the name that says what these tests use it for."""
    return dovecot
