"""What every test leaves as it found it."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """The house makes its files for their owner only, and a command that a test runs in this process does so too."""
    before = os.umask(0o022)
    yield
    os.umask(before)
