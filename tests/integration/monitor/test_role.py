"""The monitor as a role: picture, metrics, and what it says while Kafka is away."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from deploy.local.kafka import LocalKafka
from gateway import topics as house
from gateway.bootstrap import Parts
from gateway.entries import Entry
from gateway.monitoring import FILE, Monitor, monitor
from gateway.projecting import case_view
from gateway.segments import Segments
from gateway.settings import GatewaySettings
from schemas import telemetry, topics
from schemas.delivery import Delivery
from schemas.operations import Operations
from schemas.synthetic import mark
from tests.patience import until
from workers.monitor.watched import STAGES
from workers.storage.kafka import Cluster


def parts_of(cluster: Cluster, folder: Path) -> Parts:
    return Parts(
        GatewaySettings(
            data_dir=folder,
            kafka_bootstrap=cluster.bootstrap,
            topic_prefix=cluster.topic_prefix,
            partitions=2,
        )
    )


def delivery(number: int, minutes_ago: int) -> Delivery:
    received = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return Delivery(delivery_id=f"t_serve-1-{number}", channel="webform", received_at=received)


async def take_in(cluster: Cluster, one: Delivery, raw: bytes = b"{}") -> None:
    producer = cluster.producer()
    try:
        await producer.start()
        name = cluster.topic(topics.DELIVERIES.name)
        await producer.send_and_wait(name, raw, key=b"k", headers=list(one.headers("/test")))
    finally:
        await producer.stop()


def stages_in(path: Path) -> bool:
    return bool(Operations.from_bytes(path.read_bytes()).stages)


async def seen(watching: Monitor) -> Operations:
    """A picture with Kafka in it: a loaded machine may take longer than one look for the first."""
    pictures: list[Operations] = []

    async def look() -> bool:
        pictures.append(await watching.take())
        return bool(pictures[-1].stages)

    await until(look, 30, "a look at Kafka")
    return pictures[-1]


@pytest.mark.asyncio
async def test_picture_and_metrics_tell_of_every_stage(cluster: Cluster, tmp_path: Path) -> None:
    parts = parts_of(cluster, tmp_path)
    await house.apply(parts.cluster, parts.topics())
    await take_in(cluster, delivery(1, minutes_ago=90))
    stop = asyncio.Event()
    said: list[str] = []
    running = asyncio.create_task(monitor(parts, stop, said.append))
    try:
        while not said:
            assert not running.done(), running.result()
            await asyncio.sleep(0.1)
        await until(lambda: stages_in(tmp_path / FILE), 30, "a picture with stages")
        address = re.search(r"http://\S+/metrics", said[0])
        assert address is not None
        text = await asyncio.to_thread(lambda: urlopen(address[0]).read().decode())
    finally:
        stop.set()
        await running
    picture = Operations.from_bytes((tmp_path / FILE).read_bytes())
    assert [stage.name for stage in picture.stages] == [one.stage for one in STAGES]
    assert picture.longest_waiting_where == "normalise"
    assert 5390 < (picture.longest_waiting_seconds or 0) < 5500
    assert any("no normalise is running" in note for note in picture.notes)
    shown = set(re.findall(r"^# TYPE (\S+)", text, re.M))
    assert shown == {metric.name for metric in telemetry.MONITORED}
    assert 'gateway_lag_records{partition="' in text


@pytest.mark.asyncio
async def test_the_spool_counts_for_whoever_waits_longest(cluster: Cluster, tmp_path: Path) -> None:
    parts = parts_of(cluster, tmp_path)
    await house.apply(parts.cluster, parts.topics())
    spool = Segments(tmp_path / "spool")
    spool.open()
    spool.append(
        [Entry(delivery(1, minutes_ago=30), b"{}").encoded(), Entry(delivery(2, 10), b"{}").encoded()]
    )
    view = case_view(parts)
    watching = Monitor(parts, view)
    try:
        picture = await seen(watching)
    finally:
        await watching.close()
        await view.aclose()
        spool.close()
    assert (picture.spooled, picture.waiting, picture.longest_waiting_where) == (2, 2, "spool")
    assert 1790 < (picture.longest_waiting_seconds or 0) < 1900


@pytest.mark.asyncio
async def test_nobody_waits_for_the_house_s_own_complaints(cluster: Cluster, tmp_path: Path) -> None:
    parts = parts_of(cluster, tmp_path)
    await house.apply(parts.cluster, parts.topics())
    own = mark(parts.secret, "0123456789abcdef", datetime.now(UTC)).encode()
    await take_in(cluster, delivery(1, minutes_ago=90), own)
    spool = Segments(tmp_path / "spool")
    spool.open()
    spool.append([Entry(delivery(2, minutes_ago=80), own).encoded()])
    view = case_view(parts)
    watching = Monitor(parts, view)
    try:
        alone = await seen(watching)
        await take_in(cluster, delivery(3, minutes_ago=5))
        beside = await seen(watching)
    finally:
        await watching.close()
        await view.aclose()
        spool.close()
    assert (alone.longest_waiting_seconds, alone.spooled) == (None, 1)
    assert 290 < (beside.longest_waiting_seconds or 0) < 600


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_it_outlives_the_broker_and_says_so(tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka:
        parts = parts_of(Cluster(kafka.bootstrap), tmp_path / "data")
        await house.apply(parts.cluster, parts.topics())
        view = case_view(parts)
        watching = Monitor(parts, view)
        try:
            await seen(watching)
            await asyncio.to_thread(kafka.kill9)
            away = await watching.take()
            assert not away.stages
            assert any("does not answer" in note for note in away.notes)
            await asyncio.to_thread(kafka.restart)
            await seen(watching)
        finally:
            await watching.close()
            await view.aclose()
