"""Old and new records on one topic, triage handed over between them: every message is one case, and whole."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas import cloudevents, identity, topics
from schemas.intake import ARRIVAL
from tests.contract.upgrade.records import first
from tests.integration.dead_letters.house import PARTITIONS, House
from tests.integration.runtime.harness import read_all

TOMORROW = {"from_tomorrow": "kept"}


def arrival(number: int, newer: bool) -> dict[str, Any]:
    """A message as the first release wrote it, or as a newer one will."""
    its = identity.message_identity("mail", [b"%d" % number])
    facts = {
        "identity": its,
        "person_key": f"{number:032x}",
        "reference": identity.reference(b"s" * 32, its),
        "received_at": datetime.now(UTC).isoformat(),
        "logged_at": datetime.now(UTC).isoformat(),
    }
    words = {"text": f"complaint {number}", "sender": {"kind": "mail", "value": f"a{number}@example.org"}}
    old: dict[str, Any] = first("Arrival")["bare"] | facts
    old["message"] = old["message"] | words
    if newer:
        old["message"] |= TOMORROW
        old["message"]["sender"] |= TOMORROW
        old |= TOMORROW
    return old


async def write(house: House, *arrivals: dict[str, Any]) -> None:
    producer = house.cluster.producer()
    try:
        await producer.start()
        for one in arrivals:
            headers = cloudevents.headers(ARRIVAL, one["identity"], "/test", datetime.now(UTC))
            value, key = json.dumps(one).encode(), one["person_key"].encode()
            name = house.cluster.topic(topics.MESSAGES.name)
            await producer.send_and_wait(name, value, key=key, headers=list(headers))
    finally:
        await producer.stop()


async def queued(house: House) -> dict[str, dict[str, Any]]:
    """What case systems read, by the message's text; twice the same is an error."""
    found: dict[str, dict[str, Any]] = {}
    for topic in house.parts.topics():
        if topic.name.startswith("queue."):
            for record in await read_all(house.cluster, topic.name, PARTITIONS):
                event = json.loads(record.value)
                assert event["message"]["text"] not in found
                found[event["message"]["text"]] = event
    return found


@pytest.mark.asyncio
@pytest.mark.timeout(180)
async def test_messages_of_two_releases_while_triage_changes_hands(house: House) -> None:
    async with house.working("triage"):
        await write(house, arrival(0, newer=False), arrival(1, newer=True))
        await house.until_events(2)
    await write(house, arrival(2, newer=True), arrival(3, newer=False), arrival(1, newer=False))
    async with house.working("triage"):
        events = await house.until_events(5)
    assert sorted(event.type for event in events) == ["duplicate", "opened", "opened", "opened", "opened"]
    found = await queued(house)
    assert sorted(found) == [f"complaint {number}" for number in range(4)]
    new = [found[f"complaint {number}"]["message"]["sender"] for number in (1, 2)]
    assert [sender["from_tomorrow"] for sender in new] == ["kept", "kept"]
