"""The house of the dead letters' tests serves here as well: stages on one broker, topics of one's own."""

from tests.integration.dead_letters.conftest import house, kafka

__all__ = ["house", "kafka"]
