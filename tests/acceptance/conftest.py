"""One house for the tests that only visit; those that kill have their own."""

from collections.abc import Iterator

import pytest

from tests.acceptance.house import House
from tests.integration.browser.conftest import browser

__all__ = ["browser", "house"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Up for a whole module."""
    with House(tmp_path_factory.mktemp("house")) as one:
        yield one
