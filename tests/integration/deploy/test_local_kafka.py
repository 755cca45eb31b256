"""The local Kafka is a real one: it keeps what it confirmed, comes back, and never outlives its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.broker import answers_api_versions
from deploy.local.kafka import LocalKafka
from deploy.local.ports import free_ports
from schemas.errors import Misconfigured, Unavailable

pytestmark = pytest.mark.timeout(300)


async def make_topic(bootstrap: str, name: str, replicas: int = 1) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, replicas)])
    finally:
        await admin.close()


async def write_in_transaction(bootstrap: str, topic: str, values: list[bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id=f"writer.{topic}")
    await producer.start()
    try:
        async with producer.transaction():
            for value in values:
                await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def read_all(bootstrap: str, topic: str) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed")
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while await consumer.position(partition) < end:
            values += [record.value for record in (await consumer.getmany(timeout_ms=500)).get(partition, [])]
        return values
    finally:
        await consumer.stop()


@pytest.mark.asyncio
async def test_confirmed_records_and_the_cluster_survive_kill_9(kafka: LocalKafka) -> None:
    await make_topic(kafka.bootstrap, "kept")
    await write_in_transaction(kafka.bootstrap, "kept", [b"one", b"two"])
    before, cluster_id = kafka.pids[1], kafka.cluster_id
    kafka.kill9()
    assert kafka.pids == {}
    assert not answers_api_versions(kafka.nodes[0].port)
    started = time.monotonic()
    await asyncio.to_thread(kafka.restart)
    assert time.monotonic() - started < 60
    assert kafka.pids[1] != before
    assert kafka.cluster_id == cluster_id
    kept: list[bytes] = []
    # what the coordinator still owes, it writes before anybody can read
    while len(kept) < 2 and time.monotonic() - started < 60:
        kept = await read_all(kafka.bootstrap, "kept")
    assert kept == [b"one", b"two"]


@pytest.mark.asyncio
async def test_topics_are_never_made_by_accident(kafka: LocalKafka) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    try:
        await admin.describe_topics(["nobody-made-this"])
        assert "nobody-made-this" not in await admin.list_topics()
    finally:
        await admin.close()


def test_it_takes_little_memory(kafka: LocalKafka) -> None:
    assert psutil.Process(kafka.pids[1]).memory_info().rss < 400 * 2**20


def test_a_port_in_use_is_named(kafka: LocalKafka, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=f"{kafka.nodes[0].port} is in use"):
        LocalKafka(tmp_path, port=kafka.nodes[0].port).start()


def test_a_second_broker_on_the_same_folder_is_refused(kafka: LocalKafka) -> None:
    with pytest.raises(Unavailable, match="lock"):
        LocalKafka(kafka.data).start()
    assert answers_api_versions(kafka.nodes[0].port, timeout_seconds=30)


def test_a_folder_of_another_cluster_size_is_refused(kafka: LocalKafka) -> None:
    with pytest.raises(Misconfigured, match=r"belongs to nodes \[1\]"):
        LocalKafka(kafka.data, brokers=3).start()


@pytest.mark.asyncio
async def test_three_brokers_go_on_without_one(tmp_path: Path) -> None:
    with LocalKafka(tmp_path, brokers=3) as cluster:
        assert sorted(cluster.pids) == [1, 2, 3]
        await make_topic(cluster.bootstrap, "replicated", replicas=3)
        await write_in_transaction(cluster.bootstrap, "replicated", [b"before"])
        cluster.kill9(2)
        assert sorted(cluster.pids) == [1, 3]
        await write_in_transaction(cluster.bootstrap, "replicated", [b"without two"])
        await asyncio.to_thread(cluster.restart, 2)
        assert sorted(cluster.pids) == [1, 2, 3]
        assert await read_all(cluster.bootstrap, "replicated") == [b"before", b"without two"]


@pytest.mark.parametrize(("ending", "exit_code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_the_command_takes_java_with_it(tmp_path: Path, ending: signal.Signals, exit_code: int) -> None:
    port = free_ports(1)[0]
    command = [sys.executable, "-m", "deploy.local.kafka", "--data", str(tmp_path), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout is not None
        assert launcher.stdout.readline() == "kafka: starting\n"
        assert launcher.stdout.readline().startswith(f"kafka: ready on 127.0.0.1:{port}")
        (java,) = psutil.Process(launcher.pid).children()
        assert answers_api_versions(port)
        os.kill(launcher.pid, ending)
        assert launcher.wait(15) == exit_code
    psutil.wait_procs([java], timeout=5)
    assert not java.is_running()
    assert not answers_api_versions(port)
