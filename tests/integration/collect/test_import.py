"""`gateway import` as a command against a real Kafka: durable, resumed, known mail known again, nobody answered."""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from deploy.local.kafka import LocalKafka
from schemas import topics
from schemas.delivery import INLINE_LIMIT, Delivery
from tests.integration.collect.house import Delivered
from tests.integration.dead_letters.house import PARTITIONS, House
from tests.integration.mail_wire.mailboxes import ADDRESS, a_mail
from tests.integration.runtime.harness import read_all
from workers.storage.kafka import Cluster

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(300)]
SHOP = "complaints@shop.example"


class Importing:
    """A house, and the command against it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("GATEWAY_", "CHANNEL_"))
            },
            **house.environment,
            "CHANNEL_MAIL_OWN_ADDRESSES": f"{ADDRESS} {SHOP}",
        }

    async def run(self, *words: object, **settings: str) -> subprocess.CompletedProcess[str]:
        """The command's end and output."""
        command = [sys.executable, "-m", "gateway", "import", *map(str, words)]
        return await asyncio.to_thread(
            subprocess.run,
            command,
            env={**self.environment, **settings},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    async def told(self, *words: object) -> dict[str, Any]:
        """What it says as JSON."""
        ended = await self.run(*words, "--json")
        assert ended.returncode == 0, ended.stderr
        told: dict[str, Any] = json.loads(ended.stdout)
        return told


@pytest.fixture
def importing(kafka: LocalKafka, tmp_path: Path) -> Importing:
    cluster = Cluster(kafka.bootstrap, topic_prefix=f"i{uuid.uuid4().hex[:8]}.")
    house = House(cluster, tmp_path / "data")
    asyncio.run(house.furnish())
    return Importing(house)


async def delivered(cluster: Cluster) -> list[Delivered]:
    """Everything on `intake.deliveries`, in the order of its numbers."""
    records = await read_all(cluster, topics.DELIVERIES.name, PARTITIONS)
    found = [Delivered(Delivery.from_headers(dict(record.headers)), record.value) for record in records]
    return sorted(found, key=lambda one: int(one.delivery.delivery_id.rpartition("-")[2]))


def maildir(folder: Path, mails: dict[int, bytes]) -> Path:
    """Each mail under a name that begins with its second."""
    for name in ("new", "cur"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for second, mail in mails.items():
        (folder / "cur" / f"{second}.test:2,S").write_bytes(mail)
    return folder


def mbox(path: Path, mails: list[bytes]) -> Path:
    """With the date of the moment in each `From ` line."""
    line = time.strftime("From somebody@customer.example %a %b %d %H:%M:%S %Y\n", time.gmtime()).encode()
    path.write_bytes(b"".join(line + mail.replace(b"\r\n", b"\n") + b"\n" for mail in mails))
    return path


async def test_it_goes_on_behind_what_is_durable_and_leaves_out_what_is_too_old(
    importing: Importing, tmp_path: Path
) -> None:
    now = int(time.time())
    large = a_mail(2) + b"y" * (INLINE_LIMIT + 1)
    folder = maildir(tmp_path / "box", {now - 50: a_mail(1), now - 40: large, 1_500_000_000: a_mail(9)})
    dry = await importing.told(folder, "--mailbox", SHOP, "--dry-run")
    assert dry == {"mails": 3, "readable": 2, "too_old": 1, "refused": []}
    assert await delivered(importing.house.cluster) == []
    assert await importing.told(folder, "--mailbox", SHOP) == {
        "mails": 3,
        "before": 0,
        "taken": 2,
        "too_old": 1,
    }
    maildir(folder, {now - 30: a_mail(3)})
    assert (await importing.told(folder, "--mailbox", SHOP))["taken"] == 1
    assert (await importing.told(folder, "--mailbox", SHOP))["taken"] == 0
    maildir(folder, {now - 60: a_mail(4)})  # below the mark: everything is looked at again
    assert (await importing.told(folder, "--mailbox", SHOP))["taken"] == 4
    got = await delivered(importing.house.cluster)
    boots = {one.delivery.delivery_id.rpartition("-")[0] for one in got}
    assert len(boots) == 1
    assert [int(one.delivery.delivery_id.rpartition("-")[2]) for one in got] == list(range(1, 8))
    first = got[0]
    assert first.raw == a_mail(1)
    assert int(first.delivery.received_at.timestamp()) == now - 50
    assert first.delivery.facts == {
        "mailbox": SHOP,
        "own_addresses": f"{ADDRESS} {SHOP}",
        "backfill": "1",
        "archived": f"{now - 50}.test:2,S",
    }


async def test_history_opens_each_case_once_and_writes_no_letter(
    importing: Importing, tmp_path: Path
) -> None:
    mails = [a_mail(number) for number in range(5)]
    live = Delivery.model_validate(
        {
            "delivery_id": "mail_live-1-1",
            "channel": "mail",
            "account": SHOP,
            "received_at": time.time(),
            "facts": {"mailbox": SHOP, "uid": "7"},
        }
    )
    now, house = int(time.time()), importing.house
    folder = maildir(tmp_path / "box", {now - number: mail for number, mail in enumerate(mails)})
    async with house.working("normalise", "triage", "letters"):
        await house.deliver((live, a_mail(0)))
        await house.until_events(2)  # it was collected already, and its letter has had its chance
        assert (await importing.told(folder, "--mailbox", SHOP.upper()))["taken"] == 5
        assert (await importing.told(mbox(tmp_path / "box.mbox", mails), "--mailbox", SHOP))["taken"] == 5
        events = await house.until_events(5 + 6 + 5)
    opened = [event for event in events if event.type == "opened"]
    assert len({event.reference for event in opened}) == len(opened) == 5
    assert sum(event.type == "duplicate" for event in events) == 6
    letters = [event.details for event in events if event.type == "letter"]
    assert {letter["state"] for letter in letters} <= {"suppressed", "failed"}
    suppressed = [letter for letter in letters if letter["state"] == "suppressed"]
    assert {letter["reason"] for letter in suppressed} == {"older than the start of this source"}
    assert len(suppressed) == 4


async def test_mistakes_are_answered_with_the_cure(importing: Importing, tmp_path: Path) -> None:
    box = mbox(tmp_path / "box.mbox", [a_mail(1)])
    stranger = await importing.run(box, "--mailbox", "somebody@else.example")
    assert stranger.returncode == 2
    assert "add it to CHANNEL_MAIL_OWN_ADDRESSES" in stranger.stderr
    nowhere = await importing.run(tmp_path / "nowhere", "--mailbox", SHOP)
    assert nowhere.returncode == 2
    assert "No such file" in nowhere.stderr
    away = await importing.run(box, "--mailbox", SHOP, GATEWAY_KAFKA_BOOTSTRAP="127.0.0.1:9")
    assert away.returncode == 3
    assert "127.0.0.1:9" in away.stderr
