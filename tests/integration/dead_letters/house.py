"""The two hops that every complaint takes, running on a real Kafka, and a door that anything may come through."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from classifiers.assessor import PackClassifier
from classifiers.registry import load
from gateway import topics as house_topics
from gateway.bootstrap import Parts
from gateway.settings import GatewaySettings
from schemas import topics
from schemas.complaint import CaseEvent
from schemas.delivery import Delivery
from schemas.form import FilledForm
from tests.integration.runtime.harness import read_all
from tests.patience import PATIENCE
from workers.runtime.options import RunOptions, Status
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster

T = TypeVar("T")
BOOT = "19a3f0"
PARTITIONS = 2
SECONDS = 30.0 * PATIENCE


class House:
    """Parts, deliveries, and what came of them. Settings are given here; nothing is read from the machine."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.cluster = cluster
        self.folder = folder
        self.parts = Parts(
            GatewaySettings(
                data_dir=folder,
                kafka_bootstrap=cluster.bootstrap,
                topic_prefix=cluster.topic_prefix,
                partitions=PARTITIONS,
            )
        )
        self.environment = {
            "GATEWAY_DATA_DIR": str(folder),
            "GATEWAY_KAFKA_BOOTSTRAP": cluster.bootstrap,
            "GATEWAY_TOPIC_PREFIX": cluster.topic_prefix,
            "GATEWAY_PARTITIONS": str(PARTITIONS),
        }

    async def furnish(self) -> None:
        """Every topic."""
        await house_topics.apply(self.cluster, self.parts.topics())

    async def deliver(self, *deliveries: tuple[Delivery, bytes]) -> None:
        """Through the door, acknowledged."""
        producer = self.cluster.producer()
        try:
            await producer.start()
            for delivery, raw in deliveries:
                key, headers = delivery.delivery_id.encode(), list(delivery.headers("/test"))
                name = self.cluster.topic(topics.DELIVERIES.name)
                await producer.send_and_wait(name, raw, key=key, headers=headers)
        finally:
            await producer.stop()

    @asynccontextmanager
    async def working(self, *names: str) -> Any:
        """These stages run inside the block."""
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self._stage(name, stop)) for name in names]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def events(self) -> list[CaseEvent]:
        """The timeline so far."""
        records = await read_all(self.cluster, topics.EVENTS.name, PARTITIONS)
        return [CaseEvent.from_bytes(record.value) for record in records]

    async def until_events(self, count: int) -> list[CaseEvent]:
        """The timeline once it has so many events."""
        return await until(self.events, lambda events: len(events) >= count, f"{count} events")

    async def until_records(self, topic: str, count: int) -> list[Any]:
        """The records of a topic once there are so many."""
        return await until(
            lambda: read_all(self.cluster, topic, PARTITIONS), lambda found: len(found) >= count, topic
        )

    async def _stage(self, name: str, stop: asyncio.Event) -> None:
        if name == "triage":  # one model for all tests of this process: loading it is not what they are about
            vars(self.parts)["classifier"] = await asyncio.to_thread(_classifier)
        stage = self.parts.stage(name)
        options = RunOptions(instance=f"{name}-1", session_seconds=6.0, status=_quiet)
        if name == "overflow":
            options = replace(options, batch_records=5, most_per_second=5.0)
        await run_stage(stage, self.cluster, options, stop)


async def until(ask: Callable[[], Awaitable[T]], enough: Callable[[T], bool], what: str) -> T:
    """Ask until it is enough."""
    deadline = asyncio.get_running_loop().time() + SECONDS
    while not enough(found := await ask()):
        assert asyncio.get_running_loop().time() < deadline, f"{what}: only {found}"
        await asyncio.sleep(0.2)
    return found


def delivery(number: int, instance: str = "local_serve") -> Delivery:
    """A submission of the form."""
    return Delivery(
        delivery_id=f"{instance}-{BOOT}-{number}", channel="webform", received_at=datetime.now(UTC)
    )


def form(words: str, key: str = "key") -> bytes:
    """A form that can be read."""
    return FilledForm(key=key, description=words, email="anna@example.org", name="Anna").to_bytes()


@cache
def _classifier() -> PackClassifier:
    return load("general")


def _quiet(status: Status) -> None:
    """Nobody listens."""
