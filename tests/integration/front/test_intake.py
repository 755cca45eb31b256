"""Intake on a real broker: confirmed means durable, also while the broker is away."""

import asyncio
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.contract import Inbound
from deploy.local.kafka import LocalKafka
from gateway.intake import Intake
from schemas.errors import Unavailable
from tests.integration.front.conftest import deliveries, new_intake
from workers.storage.blobs import BlobStore


def inbound(text: str) -> Inbound:
    return Inbound(text.encode(), "text/plain", "+15005550006", datetime.now(UTC), {"query": "a=1"})


async def _drained(intake: Intake) -> None:
    async with asyncio.timeout(20):
        while intake.spooled or intake.spooling:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.asyncio
async def test_a_delivery_is_on_the_topic_as_it_came(kafka: LocalKafka, tmp_path: Path) -> None:
    intake = new_intake(kafka, tmp_path, "plain")
    await intake.start()
    ids = await intake.accept("sms", [inbound("one"), inbound("two")])
    large = inbound("x" * 300_000)
    (by_reference,) = await intake.accept("sms", [large])
    await intake.stop()
    found = {taken.delivery.delivery_id: taken for taken in await deliveries(kafka)}
    assert [found[its].raw for its in ids] == [b"one", b"two"]
    first = found[ids[0]].delivery
    assert (first.channel, first.account, first.facts) == ("sms", "+15005550006", {"query": "a=1"})
    blob = found[by_reference].delivery.blob
    assert blob is not None
    assert found[by_reference].raw == b""
    assert BlobStore(tmp_path / "blobs").get(blob.sha256) == large.raw
    assert [its.rpartition("-")[2] for its in [*ids, by_reference]] == ["1", "2", "3"]


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_broker_away_confirms_in_time_and_sends_all_in_order_later(
    kafka: LocalKafka, tmp_path: Path
) -> None:
    intake = new_intake(kafka, tmp_path, "away")
    await intake.start()
    before = await intake.accept("sms", [inbound("before")])
    await asyncio.to_thread(kafka.kill9)
    slowest, ids = 0.0, list(before)
    for number in range(60):
        started = time.monotonic()
        ids += await intake.accept("sms", [inbound(f"away {number}")])
        slowest = max(slowest, time.monotonic() - started)
    assert slowest < 2
    assert intake.spooled == 60
    assert intake.refusal() == ""
    await asyncio.to_thread(kafka.restart)
    await _drained(intake)
    ids += await intake.accept("sms", [inbound("after")])
    await intake.stop()
    found = [taken.delivery.delivery_id for taken in await deliveries(kafka)]
    assert set(ids) <= set(found)
    leftovers = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    assert not leftovers


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_hung_broker_is_a_broker_that_is_away(kafka: LocalKafka, tmp_path: Path) -> None:
    intake = new_intake(kafka, tmp_path, "hung")
    await intake.start()
    (pid,) = kafka.pids.values()
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        (its,) = await intake.accept("sms", [inbound("hung")])
        assert time.monotonic() - started < 2
    finally:
        os.kill(pid, signal.SIGCONT)
    await _drained(intake)
    await intake.stop()
    assert its in {taken.delivery.delivery_id for taken in await deliveries(kafka)}


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_leftovers_of_the_last_start_are_drained_before_it_is_ready(
    kafka: LocalKafka, tmp_path: Path
) -> None:
    await asyncio.to_thread(kafka.kill9)
    intake = new_intake(kafka, tmp_path, "left")
    await intake.start()
    (its,) = await intake.accept("sms", [inbound("left over")])
    await intake.stop()
    await asyncio.to_thread(kafka.restart)
    again = new_intake(kafka, tmp_path, "left")
    await again.start()
    assert again.spooled == 0
    assert its in {taken.delivery.delivery_id for taken in await deliveries(kafka)}
    await again.stop()


@pytest.mark.asyncio
async def test_without_spool_and_broker_nothing_is_confirmed(kafka: LocalKafka, tmp_path: Path) -> None:
    await asyncio.to_thread(kafka.kill9)
    intake = new_intake(kafka, tmp_path, "bare")
    intake.spool = None
    await intake.start()
    assert "no spool" in intake.refusal()
    with pytest.raises(Unavailable) as refused:
        await intake.accept("sms", [inbound("nowhere to keep it")])
    assert refused.value.retry_after
    await intake.stop()
    await asyncio.to_thread(kafka.restart)
