"""One broker, and a house with topics of its own for each test."""

from tests.integration.broker import kafka
from tests.integration.dead_letters.conftest import house

__all__ = ["house", "kafka"]
