"""An independent count: what queues hold and what customers received, read with nothing of the gateway's own code."""

import asyncio
import email
import email.policy
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.acceptance.house import House

MARKER = re.compile(r"case number (\d{4,})")
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}\b")


@dataclass
class Counted:
    """By complaint number: references opened, messages added; by reference: letters that reached a customer."""

    opened: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    added: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def unanswered(self, numbers: set[int]) -> set[int]:
        """Complaints that no queue has yet, or whose sender was not answered yet."""
        return {n for n in numbers if not self.opened[n] or not self.letters[self.opened[n][0]]}


async def count(house: House) -> Counted:
    """Read everything from the start."""
    counted = Counted()
    await _queues(house, counted)
    for letter in house.received_mail():
        mail = email.message_from_bytes(letter.content, policy=email.policy.default)
        body = mail.get_body(("plain",))
        for reference in set(REFERENCE.findall(body.get_content() if body else "")):
            counted.letters[reference].add(str(mail["Message-ID"]))
    sandbox = house.facts()["sandbox"]
    async with httpx.AsyncClient(timeout=60) as client:
        messages = (await client.get(f"{sandbox['twilio']['url']}/_sandbox/messages")).json()
        for message in messages:
            if message["direction"].startswith("outbound"):
                for reference in set(REFERENCE.findall(message["body"])):
                    counted.letters[reference].add(message["sid"])
        for status in await mastodon_statuses(client, sandbox["mastodon"]):
            for reference in set(REFERENCE.findall(status["content"])):
                counted.letters[reference].add(status["id"])
    return counted


async def until_answered(house: House, numbers: set[int], seconds: float) -> Counted:
    """Count again until every complaint was opened and answered, at most `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            counted = await count(house)
            if not counted.unanswered(numbers) or asyncio.get_running_loop().time() > deadline:
                return counted
        except (httpx.HTTPError, OSError, KafkaError, ValueError, KeyError):
            assert asyncio.get_running_loop().time() < deadline, "the gateway is not there to be counted"
        await asyncio.sleep(1)


async def _queues(house: House, counted: Counted) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=house.facts()["kafka"], isolation_level="read_committed",
        enable_auto_commit=False, auto_offset_reset="earliest",
    )  # fmt: skip
    try:
        await consumer.start()
        parts = await _queue_partitions(house.facts()["kafka"])
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=300)).values():
                for record in records:
                    _event(json.loads(record.value), counted)
    finally:
        await consumer.stop()


async def _queue_partitions(bootstrap: str) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        names = [name for name in await admin.list_topics() if name.startswith("queue.")]
        told = await admin.describe_topics(names)
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], part["partition"]) for topic in told for part in topic["partitions"]
    ]


def _event(event: dict[str, object], counted: Counted) -> None:
    found = MARKER.search(json.dumps(event.get("message") or {}))
    if found is None:
        return
    into = counted.opened if event["type"] == "complaint.opened" else counted.added
    into[int(found.group(1))].append(str(event["reference"]))


async def mastodon_statuses(client: httpx.AsyncClient, facts: dict[str, object]) -> list[dict[str, str]]:
    """Everything that our account posted on the stand-in of which run.json tells these facts."""
    tokens: dict[str, str] = facts["tokens"]  # type: ignore[assignment]
    head = {"Authorization": f"Bearer {tokens[str(facts['account'])]}"}
    me = (await client.get(f"{facts['url']}/api/v1/accounts/verify_credentials", headers=head)).json()
    found: list[dict[str, str]] = []
    query = {"limit": "40"}
    while page := (
        await client.get(f"{facts['url']}/api/v1/accounts/{me['id']}/statuses", params=query, headers=head)
    ).json():
        found += page
        query["max_id"] = page[-1]["id"]
    return found
