"""In = out on a real Kafka: the two hops run, and what is taken away from them is found by its id."""

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka.admin import RecordsToDelete
from click.testing import CliRunner

from gateway.cli import cli
from gateway.collector import instance_of
from gateway.entries import Entry
from gateway.reconciling import reconcile
from gateway.segments import Segments
from schemas import topics
from schemas.standing import Standing
from tests.integration.dead_letters.house import BOOT, PARTITIONS, House, delivery, form, until
from workers.reconcile.audit import Account
from workers.replay.desk import Decision, Desk
from workers.replay.shelf import opened
from workers.storage.kafka import TopicPartition

BROKEN = b"{"


async def look(house: House, since: datetime | None = None, until_: datetime | None = None) -> Account:
    return await reconcile(house.parts, since, until_, lambda topic, done, total: None)


def found(account: Account) -> list[tuple[str, str]]:
    return [(one.kind, one.delivery_id) for one in account.differences]


async def process(house: House, *numbers: int) -> None:
    """Deliveries with words of their own, through both hops."""
    before = len(await house.events())
    async with house.working("normalise", "triage"):
        await house.deliver(*((delivery(number), form(secrets.token_hex(8))) for number in numbers))
        await house.until_events(before + len(numbers))


async def write(house: House, topic: str, key: bytes, value: bytes) -> None:
    producer = house.cluster.producer()
    try:
        await producer.start()
        await producer.send_and_wait(house.cluster.topic(topic), value, key=key)
    finally:
        await producer.stop()


async def pass_over(house: House, group: str, topic: str) -> None:
    """Set a group's offsets behind what it never read."""
    consumer = house.cluster.reader(group=group)
    try:
        await consumer.start()
        places = [TopicPartition(house.cluster.topic(topic), number) for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.commit({place: (await consumer.end_offsets([place]))[place] for place in places})
    finally:
        await consumer.stop()


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_everything_adds_up_through_its_whole_life(house: House) -> None:
    await process(house, 1, 2, 3)
    first = await look(house)
    assert first.agrees, first.differences
    assert (first.deliveries, first.outcomes) == (3, {"opened": 3})

    await house.deliver((delivery(4), form("waits for normalise")), (delivery(2), form("the second copy")))
    waiting = await look(house)
    assert waiting.agrees, waiting.differences
    assert (waiting.deliveries, waiting.repeated, waiting.in_flight) == (4, 1, 1)

    async with house.working("normalise"):
        await house.deliver((delivery(5), BROKEN))
        await until(lambda: _dead(house), lambda count: count == 1, "the dead letter")
    between = await look(house)
    assert between.agrees, between.differences
    assert (between.dead_letters, between.in_flight) == (1, 2)

    async with opened(house.cluster) as shelf:
        await Desk(house.cluster, shelf).discard(
            list(shelf.letters), Decision("t", "spam"), lambda done: None
        )
    async with house.working("normalise", "triage"):
        await house.until_events(5)
    last = await look(house)
    assert last.agrees, last.differences
    assert (last.deliveries, last.dead_letters, last.discarded, last.in_flight) == (5, 0, 1, 0)


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_what_is_lost_or_doubled_is_named(house: House) -> None:
    await process(house, 1, 2, 5)
    await process(house, 6)
    opened_ = next(event for event in await house.events() if event.delivery_id == delivery(1).delivery_id)
    twice = opened_.model_copy(update={"reference": "ANOTHER", "event_id": "another"})
    await write(house, topics.EVENTS.name, opened_.person_key.encode(), twice.to_bytes())
    await write(house, topics.LETTERS_LEDGER.name, b"l", b'{"letter_id":"l","reference":"ANOTHER"}')
    account_ = await look(house)
    assert found(account_) == [("doubled", delivery(1).delivery_id), ("gap", delivery(3).delivery_id)]

    spool = Segments(house.folder / "spool")
    spool.open()
    spool.append([Entry(delivery(number), b"{}").encoded() for number in (3, 4)])
    spool.close()
    account_ = await look(house)
    assert (found(account_), account_.spooled) == ([("doubled", delivery(1).delivery_id)], 2)


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_delivery_that_a_stage_passed_over_is_named(house: House) -> None:
    """The group's offset is set past what was never read, as a person with a console tool may do."""
    await house.deliver(*((delivery(number), form(f"never read {number}")) for number in (1, 2, 3)))
    await pass_over(house, "normalise", topics.DELIVERIES.name)
    account_ = await look(house)
    assert sorted(found(account_)) == [("lost", delivery(number).delivery_id) for number in (1, 2, 3)]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert (await look(house, since=tomorrow)).agrees
    assert (await look(house, until_=datetime.now(UTC) - timedelta(hours=1))).agrees


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_collector_that_took_more_than_arrived_is_believed(house: House) -> None:
    instance = instance_of("mail", "complaints@example.org")
    await house.deliver(*((delivery(number, instance), form(f"mail {number}")) for number in (1, 2)))
    for sequence, expected in ((2, []), (4, [("gap", f"{instance}-{BOOT}-3")])):
        standing = Standing(boot=BOOT, sequence=sequence, at=datetime.now(UTC))
        await write(house, topics.POSITIONS.name, b"mail:complaints@example.org", standing.to_bytes())
        assert found(await look(house)) == expected


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_case_whose_letter_is_nowhere_is_named(house: House) -> None:
    """Its wish counts while the letters stage has not taken it; passed over, with an empty ledger, nobody answers."""
    await process(house, 1)
    assert (await look(house)).agrees
    await pass_over(house, "letters", topics.LETTERS_DUE.name)
    assert found(await look(house)) == [("unanswered", delivery(1).delivery_id)]
    (opened_,) = [event for event in await house.events() if event.type == "opened"]
    kept = b'{"letter_id":"l","reference":"%s","state":"suppressed"}' % opened_.reference.encode()
    await write(house, topics.LETTERS_LEDGER.name, b"l", kept)
    assert (await look(house)).agrees


@pytest.mark.timeout(300)
def test_the_command_line_says_it_and_ends_with_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(process(house, 1, 3))
    for name, value in house.environment.items():
        monkeypatch.setenv(name, value)
    lag = CliRunner().invoke(cli, ["lag", "--json", "--seconds", "1"])
    said = CliRunner().invoke(cli, ["reconcile"])
    assert said.exit_code == 1
    assert f"gap: {delivery(2).delivery_id} was numbered, but is nowhere" in said.stdout
    told = json.loads(CliRunner().invoke(cli, ["reconcile", "--json"]).stdout)
    assert told["agrees"] is False
    assert told["differences"][0]["delivery_id"] == delivery(2).delivery_id
    rows = json.loads(lag.stdout)["partitions"]
    assert lag.exit_code == 0, lag.stdout
    assert {row["group"] for row in rows} >= {"normalise", "triage"}
    assert {"lag_records", "lag_seconds", "verdict"} <= rows[0].keys()


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_what_retention_took_unread_is_named_and_a_stage_that_never_ran_is_not_blamed(
    house: House,
) -> None:
    await process(house, 1)
    await house.deliver(*((delivery(number), form(f"never read {number}")) for number in (2, 3, 4)))
    assert (await look(house)).agrees
    await remove_all(house, topics.DELIVERIES.name)
    await remove_all(house, topics.MESSAGES.name)  # triage has read it all: at most a marker is beyond
    await remove_all(house, topics.LETTERS_DUE.name)  # letters never ran
    account_ = await look(house)
    assert account_.removed == 3
    assert {one.kind for one in account_.differences} == {"removed"}
    assert all(one.delivery_id.startswith(topics.DELIVERIES.name + "/") for one in account_.differences)


async def remove_all(house: House, topic: str) -> None:
    """As retention does."""
    reader, admin = house.cluster.reader(), house.cluster.admin()
    try:
        await reader.start()
        await admin.start()
        places = [TopicPartition(house.cluster.topic(topic), number) for number in range(PARTITIONS)]
        ends = await reader.end_offsets(places)
        await admin.delete_records({place: RecordsToDelete(before_offset=ends[place]) for place in places})
    finally:
        await reader.stop()
        await admin.close()


async def _dead(house: House) -> int:
    async with opened(house.cluster) as shelf:
        return len(shelf.letters)
