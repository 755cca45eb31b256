"""System packages that some tests need: skipped on a bare desk, an error where everything must run."""

import os

import pytest

from deploy.local.dovecot import missing_dovecot


def need_dovecot() -> None:
    """Skips when Dovecot is absent; with CI=true it fails and says what to install."""
    if sentence := missing_dovecot():
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
