"""A real Dovecot for each test."""

import os
from collections.abc import Iterator

import pytest

from deploy.local.dovecot import Dovecot, missing_dovecot
from tests.integration.mail_wire.mailboxes import PASSWORD, USER


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    """With one mailbox; skipped where it is not installed, but never on CI."""
    missing = missing_dovecot()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(missing)
    with Dovecot({USER: PASSWORD}) as running:
        yield running
