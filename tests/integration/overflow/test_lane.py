"""On a real Kafka: a flood of one person waits for itself, in order; a stranger is before it, and nothing is lost."""

import pytest

from gateway.reconciling import reconcile
from schemas import topics
from schemas.form import FilledForm
from tests.integration.dead_letters.house import PARTITIONS, House, delivery, until
from tests.integration.runtime.harness import read_all
from workers.reconcile.audit import Account

FLOOD = 20 + 30


def complaint(number: int, who: str) -> tuple[object, bytes]:
    words = f"Parcel number {number} never arrived and nobody answers."
    return delivery(number), FilledForm(
        key=f"key{number}", description=words, email=f"{who}@example.org"
    ).to_bytes()


async def look(house: House) -> Account:
    return await reconcile(house.parts, None, None, lambda topic, done, total: None)


@pytest.mark.asyncio
@pytest.mark.timeout(240)
async def test_a_flood_waits_for_itself_and_nobody_else_does(house: House) -> None:
    async with house.working("normalise"):
        await house.deliver(*(complaint(number, "anna") for number in range(1, FLOOD + 1)))  # type: ignore[arg-type]
        await until(
            lambda: read_all(house.cluster, topics.OVERFLOW.name, PARTITIONS), bool, "the lane is used"
        )
    between = await look(house)
    assert between.agrees, between.differences
    assert between.in_flight == FLOOD, "what waits in the lane is on its way, not lost"
    async with house.working("normalise", "overflow", "triage"):
        await house.deliver(complaint(FLOOD + 1, "bea"))  # type: ignore[arg-type]
        events = [one for one in await house.until_events(FLOOD + 1) if one.delivery_id]
    numbers = [int(str(one.delivery_id).rpartition("-")[2]) for one in sorted(events, key=lambda one: one.at)]
    assert sorted(numbers) == list(range(1, FLOOD + 2))
    assert numbers.index(FLOOD + 1) < FLOOD - 1, "a stranger waited for the whole flood"
    waited = [record.value for record in await read_all(house.cluster, topics.OVERFLOW.name, PARTITIONS)]
    passed = [record.value for record in await read_all(house.cluster, topics.MESSAGES.name, PARTITIONS)]
    assert [value for value in passed if value in waited] == waited, "the lane keeps the order"
    after = await look(house)
    assert after.agrees, after.differences
    assert after.in_flight == 0
