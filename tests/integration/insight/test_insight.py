"""Faust on a real Kafka: it tells of a surge at once; killed and started again it goes on counting where it was."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from gateway.settings import GatewaySettings
from gateway.topics import apply, wanted
from schemas.insight import FeedItem, Found
from schemas.topics import INSIGHT_EVENTS, INSIGHT_FEED
from tests.patience import PATIENCE
from workers.insight import sweep
from workers.insight.app import build
from workers.insight.rule import Thresholds
from workers.storage.kafka import Cluster, TopicPartition
from workers.triage.route.rules import load

STARTED = datetime.now(UTC)
LONG_AGO = datetime(2026, 3, 2, 9, tzinfo=UTC)
SURGE_SECONDS = 5.0
"""Promised to whoever watches the surges; reading it, and the start of the reader, do not count."""


@contextmanager
def worker(cluster: Cluster, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`gateway work insight`, until its ready line."""
    log = folder / "insight.log"
    env = {**os.environ, "GATEWAY_DATA_DIR": str(folder), "GATEWAY_KAFKA_BOOTSTRAP": cluster.bootstrap}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "work", "insight"], env=env, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + 40
        while b"work-insight: ready" not in log.read_bytes():
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


async def feed(cluster: Cluster, offsets: range, at: datetime | None = None) -> None:
    """Opened cases of as many people, all with one text; of this window, so that no sweep takes their bucket."""
    producer = cluster.producer()
    await producer.start()
    try:
        for offset in offsets:
            item = FeedItem(
                source="complaints.events:0", offset=offset, event_id=str(offset), type="opened",
                reference=f"r{offset}", person_key=f"p{offset}", channel="sms", category="invoice", same="abc",
                at=at or STARTED,
            )  # fmt: skip
            await producer.send_and_wait(INSIGHT_FEED.name, item.to_bytes(), key=b"%d" % offset)
    finally:
        await producer.stop()


async def until(cluster: Cluster, wanted_count: int, surge: bool = False, number: int = 1) -> list[Found]:
    """Everything found, once the minute's count is so high `number` times, or a surge is told; bounded."""
    return [one for _, one in await written(cluster, wanted_count, surge, number)]


async def written(
    cluster: Cluster, wanted_count: int, surge: bool, number: int = 1
) -> list[tuple[float, Found]]:
    """The same, each with the second in which it was written."""
    partition = TopicPartition(INSIGHT_EVENTS.name, 0)
    reader = cluster.reader()
    await reader.start()
    try:
        reader.assign([partition])
        reader.seek(partition, 0)
        found: list[tuple[float, Found]] = []
        deadline = time.monotonic() + 20 * PATIENCE
        while sum(_is_wanted(one, wanted_count, surge) for _, one in found) < number:
            assert time.monotonic() < deadline, found[-3:]
            got = await reader.getmany(partition, timeout_ms=300)
            found += [
                (record.timestamp / 1000, Found.from_bytes(record.value)) for record in got.get(partition, [])
            ]
        return found
    finally:
        await reader.stop()


def _is_wanted(one: Found, count: int, surge: bool) -> bool:
    return one.type == "surge" if surge else one.type == "count" and one.count >= count


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_a_surge_is_told_within_five_seconds_of_the_report_that_makes_it(tmp_path: Path) -> None:
    enough = Thresholds().same_text_people
    with LocalKafka(tmp_path / "kafka") as kafka:
        cluster = Cluster(kafka.bootstrap)
        await apply(cluster, wanted(GatewaySettings(), load()))
        with worker(cluster, tmp_path):
            await feed(cluster, range(enough - 1))
            before = await until(cluster, enough - 1)
            last_report = time.time()
            await feed(cluster, range(enough - 1, enough))
            after = await written(cluster, enough, surge=True)
    assert not [one for one in before if one.type == "surge"]
    ((told_at, surge),) = [(at, one) for at, one in after if one.type == "surge"]
    assert surge.people == enough
    assert told_at - last_report < SURGE_SECONDS


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_killed_and_started_again_it_counts_on(tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka:
        cluster = Cluster(kafka.bootstrap)
        await apply(cluster, wanted(GatewaySettings(), load()))
        with worker(cluster, tmp_path):
            await feed(cluster, range(4))
            before = await until(cluster, 4)
            await asyncio.sleep(1.5)
        assert not [one for one in before if one.type == "surge"]
        with worker(cluster, tmp_path):
            await feed(cluster, range(2, 6))
            after = await until(cluster, 6)
    assert max(one.count for one in after if one.type == "count") == 6
    assert [one.people for one in after if one.type == "surge"][:1] == [5]


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_old_buckets_go_without_ending_the_stage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was counted long ago is forgotten with the next report, and the stage goes on counting after it."""
    monkeypatch.setattr(sweep, "EVERY", timedelta())
    with LocalKafka(tmp_path / "kafka") as kafka:
        cluster = Cluster(kafka.bootstrap)
        await apply(cluster, wanted(GatewaySettings(), load()))
        app = build(cluster, Thresholds(), "sweeping", tmp_path / "faust")
        await app.start()
        try:
            await feed(cluster, range(3), at=LONG_AGO)
            found = await until(cluster, 0, number=3)
            assert not app.crashed
        finally:
            await asyncio.wait_for(app.stop(), 10)
    counts = [one.count for one in found if one.type == "count"]
    assert counts == [1, 1, 1], "each report found the bucket before it gone"
