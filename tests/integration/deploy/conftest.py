"""A Kafka for the tests of the local services."""

from tests.integration.broker import kafka

__all__ = ["kafka"]
