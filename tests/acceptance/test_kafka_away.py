"""An existing cluster that goes away while people complain: heard within two seconds, nothing lost."""

import asyncio
import os
import time
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from tests.acceptance.count import until_answered
from tests.acceptance.customers import Complaint, Customers
from tests.acceptance.house import House

AWAY_SECONDS = float(os.environ.get("ACCEPTANCE_AWAY_SECONDS", "12"))
CONFIRM_SECONDS = 2.0


@pytest.mark.timeout(240)
@pytest.mark.asyncio
async def test_kafka_stops_while_complaints_arrive(tmp_path: Path) -> None:
    channels = ("webform", "sms", "mail", "mastodon")
    complaints = [Complaint(n, channels[n % 4], 500 + n) for n in range(24)]
    with (
        LocalKafka(tmp_path / "kafka") as kafka,
        House(tmp_path, GATEWAY_KAFKA_BOOTSTRAP=kafka.bootstrap) as house,
    ):
        customers = Customers(house)
        await asyncio.to_thread(kafka.stop)
        gone = time.monotonic()
        waits = []
        for complaint in complaints:
            begin = time.monotonic()
            await customers.send(complaint)
            if complaint.channel in ("webform", "sms"):
                waits.append(time.monotonic() - begin)
        assert max(waits) < CONFIRM_SECONDS, f"confirmed after {sorted(waits)}"
        await asyncio.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - gone)))
        await asyncio.to_thread(kafka.start)
        counted = await until_answered(house, {one.number for one in complaints}, 90)
        assert not counted.unanswered({one.number for one in complaints})
        assert all(len(references) == 1 for references in counted.opened.values())
        assert all(len(letters) == 1 for letters in counted.letters.values())
