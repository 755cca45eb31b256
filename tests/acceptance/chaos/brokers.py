"""What happens to the cluster: one node dies, all of them are away, or the very node dies that leads."""

import asyncio
import random
import time

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.kafka import LocalKafka
from tests.acceptance.chaos.own_kafka import OwnKafka

LEADING = ("intake.deliveries", "intake.messages", "letters.due", "__consumer_offsets", "__transaction_state")
"""Who leads a partition of these takes what is read and written, or coordinates a group, or transactions."""
_REST_SECONDS = (0.0, 2.0)
_AWAY_SECONDS = (3.0, 8.0)
_LONG_SECONDS = (40.0, 45.0)
"""Longer than collectors wait for Kafka to take what they handed over."""
_ALONE_SECONDS = (1.0, 5.0)
_ELECTION_SECONDS = 30.0
_IN_SYNC_SECONDS = 60.0


class BrokerFaults:
    """Every strike answers whether it struck. `dice`: the same seed, the same nodes and times."""

    def __init__(self, kafka: LocalKafka | OwnKafka) -> None:
        self._kafka = kafka

    async def one(self, dice: random.Random) -> bool:
        """Kill one node, start it again after a moment."""
        node = dice.choice(self._kafka.nodes).number
        await asyncio.to_thread(self._kafka.kill9, node)
        await asyncio.sleep(dice.uniform(*_REST_SECONDS))
        await asyncio.to_thread(self._kafka.restart, node)
        await self._until_in_sync()
        return True

    async def away(self, dice: random.Random) -> bool:
        """Kill all of them and let the house be without for some seconds."""
        await asyncio.to_thread(self._kafka.kill9)
        await asyncio.sleep(dice.uniform(*_AWAY_SECONDS))
        await asyncio.to_thread(self._kafka.restart)
        await self._until_in_sync()
        return True

    async def outage(self, dice: random.Random) -> bool:
        """All of them are away for longer than anybody waits."""
        await asyncio.to_thread(self._kafka.kill9)
        await asyncio.sleep(dice.uniform(*_LONG_SECONDS))
        await asyncio.to_thread(self._kafka.restart)
        await self._until_in_sync()
        return True

    async def failover(self, dice: random.Random) -> bool:
        """Kill the leader of a partition; the house goes on with the others before it comes back."""
        topic = dice.choice(LEADING)
        partition, gone = dice.choice(sorted((await self._leaders(topic)).items()))
        await asyncio.to_thread(self._kafka.kill9, gone)
        try:
            await self._until_led_by_another(topic, partition, gone)
            await asyncio.sleep(dice.uniform(*_ALONE_SECONDS))
        finally:
            await asyncio.to_thread(self._kafka.restart, gone)
        await self._until_in_sync()
        return True

    async def _until_led_by_another(self, topic: str, partition: int, gone: int) -> None:
        deadline = time.monotonic() + _ELECTION_SECONDS
        while time.monotonic() < deadline:
            try:
                if (await self._leaders(topic))[partition] not in (gone, -1):
                    return
            except (KafkaError, KeyError):
                pass  # asked the one that is gone
            await asyncio.sleep(0.2)
        raise ValueError(f"{topic}/{partition} has no other leader than {gone} after {_ELECTION_SECONDS:g} s")

    async def _until_in_sync(self) -> None:
        """So that the next node to die is not the second."""
        if len(self._kafka.nodes) == 1:
            return
        deadline = time.monotonic() + _IN_SYNC_SECONDS
        while time.monotonic() < deadline:
            try:
                if all([await self._in_sync(topic) for topic in LEADING]):
                    return
            except (KafkaError, KeyError):
                pass  # asked one that is just coming back
            await asyncio.sleep(0.3)
        raise ValueError(f"the replicas are not in sync after {_IN_SYNC_SECONDS:g} s")

    async def _in_sync(self, topic: str) -> bool:
        return all(len(isr) == len(self._kafka.nodes) for _, isr in (await self._told(topic)).values())

    async def _leaders(self, topic: str) -> dict[int, int]:
        return {number: leader for number, (leader, _) in (await self._told(topic)).items()}

    async def _told(self, topic: str) -> dict[int, tuple[int, list[int]]]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._kafka.bootstrap, request_timeout_ms=5000)
        try:
            await admin.start()
            (told,) = await admin.describe_topics([topic])
        finally:
            await admin.close()
        return {part["partition"]: (part["leader"], part["isr"]) for part in told["partitions"]}
