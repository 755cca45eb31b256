"""One broker for the room, and a house with topics of its own for each test."""

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.dead_letters.house import House
from workers.storage.kafka import Cluster


@pytest.fixture(scope="package")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKafka]:
    with LocalKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture
def house(kafka: LocalKafka, tmp_path: Path) -> House:
    made = House(Cluster(kafka.bootstrap, topic_prefix=f"r{secrets.token_hex(3)}."), tmp_path / "data")
    asyncio.run(made.furnish())
    return made
