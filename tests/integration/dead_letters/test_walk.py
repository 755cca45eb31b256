"""What cannot be read is laid down, looked at, mended, sent in again, and is one case; or it is given up."""

import asyncio
import json

import pytest
from click.testing import CliRunner, Result

from gateway.cli import cli
from gateway.deadletters import Console, edit
from schemas import topics
from schemas.audit import AuditEvent
from schemas.intake import ARRIVAL
from tests.integration.dead_letters.house import House, delivery, form, until
from workers.replay.desk import Decision, Desk
from workers.replay.shelf import Shelved, opened
from workers.storage.kafka import Cluster

BROKEN = b'{"key": "k", "description'


def keys(found: dict[str, Shelved]) -> list[str]:
    return sorted(found)


async def waiting(cluster: Cluster) -> dict[str, Shelved]:
    async with opened(cluster) as shelf:
        return dict(shelf.letters)


async def replay(cluster: Cluster, *these: str) -> int:
    async with opened(cluster) as shelf:
        return await Desk(cluster, shelf).replay(these, Decision("tester"), lambda done: None)


async def audit(house: House, count: int) -> list[AuditEvent]:
    records = await house.until_records(topics.AUDIT.name, count)
    return sorted((AuditEvent.from_bytes(record.value) for record in records), key=lambda event: event.at)


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_edited_and_replayed_it_is_one_case_however_often(house: House) -> None:
    its_id = delivery(1).delivery_id
    async with house.working("normalise", "triage"):
        await house.deliver((delivery(1), BROKEN))
        await until(lambda: waiting(house.cluster), lambda found: keys(found) == [its_id], "the dead letter")

        assert await replay(house.cluster, its_id) == 1  # not mended yet: it comes back, counted on
        again = await until(
            lambda: waiting(house.cluster),
            lambda found: its_id in found and found[its_id].letter.attempts == 2,
            "back",
        )
        assert again[its_id].letter.first_seen < again[its_id].letter.last_seen

        edited = await edit(house.parts, its_id, form("The bill is wrong"), "a brace was missing")
        assert edited is not None
        assert edited.original_bytes() == BROKEN
        assert await replay(house.cluster, its_id) == 1
        events = await house.until_events(1)
        assert [(event.type, event.delivery_id) for event in events] == [("opened", its_id)]
        assert await waiting(house.cluster) == {}

        await house.deliver((delivery(1), BROKEN))  # the provider delivers it once more; edited once more
        await until(lambda: waiting(house.cluster), lambda found: keys(found) == [its_id], "the dead letter")
        await edit(house.parts, its_id, form("The bill is wrong, again", "another key"), "")
        await replay(house.cluster, its_id)
        events = await house.until_events(2)
    assert sorted(event.type for event in events) == ["duplicate", "opened"]
    deeds = [event.type.partition(".")[2] for event in await audit(house, 5)]
    assert deeds == ["replayed", "edited", "replayed", "edited", "replayed"]


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_letter_of_triage_goes_back_to_triage_under_its_identity(house: House) -> None:
    async with house.working("normalise"):
        await house.deliver((delivery(1), form("Nobody answers the telephone")))
        (arrived,) = await house.until_records(topics.MESSAGES.name, 1)
    broken = json.loads(arrived.value)
    message = broken.pop("message")
    producer = house.cluster.producer()
    try:
        await producer.start()
        headers = [("ce_type", ARRIVAL.encode())]
        await producer.send_and_wait(
            house.cluster.topic(topics.MESSAGES.name),
            json.dumps(broken).encode(),
            key=arrived.key,
            headers=headers,
        )
    finally:
        await producer.stop()
    async with house.working("triage"):
        found = await until(lambda: waiting(house.cluster), bool, "the dead letter")
        ((key, shelved),) = found.items()
        assert (shelved.letter.stage, shelved.delivery_id) == ("triage", delivery(1).delivery_id)
        assert shelved.identity == broken["identity"]
        mended = json.dumps({**broken, "message": message}).encode()
        await edit(house.parts, key, mended, "the message was cut off")
        await replay(house.cluster, key)
        events = await house.until_events(2)
    assert sorted(event.type for event in events) == ["duplicate", "opened"]
    assert await waiting(house.cluster) == {}


@pytest.mark.asyncio
async def test_the_console_reads_and_replays(house: House) -> None:
    console = Console(house.cluster)
    try:
        assert await console.waiting(10) == []
        async with house.working("normalise"):
            await house.deliver(*((delivery(number), BROKEN) for number in (1, 2, 3)))
            await until(lambda: console.waiting(10), lambda found: len(found) == 3, "three dead letters")
        assert len(await console.waiting(2)) == 2
        letter = await console.one(delivery(2).delivery_id)
        assert letter is not None
        assert letter.original_bytes() == BROKEN
        assert await console.one("nobody") is None
        await console.replay(delivery(2).delivery_id, "anna")
        left = [letter.delivery_id for letter in await console.waiting(10)]
        assert sorted(left) == [delivery(1).delivery_id, delivery(3).delivery_id]
    finally:
        await console.aclose()
    (deed,) = await audit(house, 1)
    assert (deed.type, deed.by) == ("dead_letter.replayed", "console: anna")


class Line:
    """The command line as an operator uses it."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in house.environment.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(cli, ["dead-letters", *words])


@pytest.mark.timeout(300)
def test_the_command_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lay_down() -> None:
        async with house.working("normalise"):
            await house.deliver(*((delivery(number), BROKEN + b"%d" % number) for number in range(1, 6)))
            await until(lambda: waiting(house.cluster), lambda found: len(found) == 5, "five dead letters")

    asyncio.run(lay_down())
    line, first, second = Line(house, monkeypatch), delivery(1).delivery_id, delivery(2).delivery_id
    listed = json.loads(line("list", "--json").stdout)
    assert [one["delivery_id"] for one in listed] == [delivery(number).delivery_id for number in range(1, 6)]
    assert line("list", "--stage", "triage").stdout.startswith("no dead letters")
    assert "Unreadable: not a filled-in form" in line("show", first).stdout
    assert line("show", first, "--raw").stdout_bytes == BROKEN + b"1"

    assert line("replay").exit_code == 2
    assert line("replay", first, "--all").exit_code == 2
    assert "5 would be sent in again" in line("replay", "--all", "--cause", "Unreadable", "--dry-run").stdout
    assert line("replay", "nobody").exit_code == 1
    assert line("discard", first).exit_code == 2  # without a reason
    assert line("discard", first, "--reason", " ").exit_code == 2
    assert "1 given up" in line("discard", first, "--reason", "spam of a test").stdout
    assert line("show", first).exit_code == 1
    mended = house.folder / "mended.json"
    mended.write_bytes(form("mended"))
    assert line("edit", second, "--file", str(mended)).exit_code == 0
    assert "edited" in line("show", second).stdout
    assert "4 sent in again" in line("replay", "--all", "--channel", "webform").stdout
    assert json.loads(line("list", "--json").stdout) == []
    deeds = asyncio.run(audit(house, 6))
    assert deeds[0].reason == "spam of a test"
    assert deeds[0].original_sha256
    assert deeds[0].details["cause"] == "Unreadable"
