"""The independent count: topics, stand-ins and mailboxes read with nothing of the gateway's own code."""

import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from tests.acceptance.house import House

_MARKER = re.compile(r"chaos number (\d{6})")


@dataclass
class Queues:
    """By complaint number: (queue, reference) of every time it was opened."""

    opened: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


async def queues(bootstrap: str) -> Queues:
    """Every queue from its start."""
    found = Queues()
    async for topic, _, value in _records(bootstrap, lambda name: name.startswith("queue.")):
        event = json.loads(value)
        marker = _MARKER.search(json.dumps(event.get("message") or {}))
        if marker and event["type"] == "complaint.opened":
            found.opened[int(marker.group(1))].append((topic, str(event["reference"])))
    return found


async def deliveries(bootstrap: str) -> tuple[int, int]:
    """How many came in, and how many of them stand there more than once."""
    copies = [key async for _, key, _ in _records(bootstrap, lambda name: name == "intake.deliveries")]
    return len(set(copies)), len(copies) - len(set(copies))


async def dead_letters(bootstrap: str) -> list[str]:
    """What was laid down and not resolved, of whatever stage: nobody sent anything that cannot be read."""
    waiting: dict[bytes | None, bytes] = {}
    async for _, key, value in _records(bootstrap, lambda name: name == "dead.letters"):
        waiting[key] = value
    told = [json.loads(value) for value in waiting.values() if value]
    return sorted(f"{one['stage']}: {one['cause']} {one['key']}" for one in told)


async def sms_times(house: House) -> dict[str, float]:
    """When each SMS of ours reached the network: its id → seconds since the epoch, in whole seconds."""
    url = house.facts()["sandbox"]["twilio"]["url"]
    async with httpx.AsyncClient(timeout=60) as client:
        sent: list[dict[str, Any]] = (await client.get(f"{url}/_sandbox/messages")).json()
    return {
        one["sid"]: parsedate_to_datetime(one["date_created"]).timestamp()
        for one in sent
        if one["direction"].startswith("outbound")
    }


async def _records(
    bootstrap: str, wanted: Callable[[str], bool]
) -> AsyncIterator[tuple[str, bytes | None, bytes]]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level="read_committed",
        enable_auto_commit=False, auto_offset_reset="earliest",
    )  # fmt: skip
    try:
        await consumer.start()
        parts = await _partitions(bootstrap, wanted)
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=300)).values():
                for record in records:
                    yield record.topic, record.key, record.value
    finally:
        await consumer.stop()


async def _partitions(bootstrap: str, wanted: Callable[[str], bool]) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        told = await admin.describe_topics([name for name in await admin.list_topics() if wanted(name)])
    finally:
        await admin.close()
    return [TopicPartition(one["topic"], part["partition"]) for one in told for part in one["partitions"]]
