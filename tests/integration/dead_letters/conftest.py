"""One broker, and a house with topics of its own for each test."""

import asyncio
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.broker import kafka, named
from tests.integration.dead_letters.house import House

__all__ = ["kafka"]


@pytest.fixture
def house(kafka: LocalKafka, tmp_path: Path) -> House:
    cluster = named(kafka)
    made = House(cluster, tmp_path / "data")
    asyncio.run(made.furnish())
    return made
