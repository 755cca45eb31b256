"""The runtime against hand-written transactional loops on two clients, and what a restart costs.

`python -m tests.benchmarks.runtime_bench` starts a broker of its own, prints one JSON object and ends. All
figures are of one run on one machine: read the ratios.
"""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import confluent_kafka

from deploy.local.kafka import LocalKafka
from schemas.errors import Unreadable
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables
from workers.runtime.options import Progress, RunOptions
from workers.runtime.rewind import rewind
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster, Consumer, GroupTiming, TopicPartition
from workers.storage.kafka_topics import create_topics

VALUE = b"x" * 500
BATCH = 500
COMPACT = {"cleanup.policy": "compact"}


@dataclass(frozen=True)
class Spec:
    """A topic to make."""

    name: str
    partitions: int = 1
    replication: int = 1
    configs: dict[str, str] = field(default_factory=dict)


class Pass:
    """One output and one state entry for each record."""

    source = "bench.in"

    def __init__(self, name: str = "bench", table: str = "bench.state") -> None:
        self.name = name
        self.tables = (Table("seen", table),)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        return records

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        assert record.key is not None
        known = tables.get("seen", record.key)
        return Delta([Output("bench.out", record.key, record.value)], {"seen": {record.key: known or b"1"}})

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        raise error

    def effects(self, port: EffectPort) -> Effects | None:
        return None


async def fill(cluster: Cluster, topic: str, count: int, value: bytes = VALUE) -> None:
    """That many records with keys of their own."""
    producer = cluster.producer(linger_ms=5)
    await producer.start()
    sent = []
    for number in range(count):
        sent.append(await producer.send(cluster.topic(topic), value, key=b"key-%08d" % number))
        if len(sent) == 20_000:
            await asyncio.gather(*sent)
            sent.clear()
    await asyncio.gather(*sent)
    await producer.stop()


async def raw_loop(cluster: Cluster, count: int) -> float:
    """Seconds for the same outputs with send(), one transaction for each batch, and nothing else."""
    source = TopicPartition("bench.in", 0)
    producer = cluster.transactional_producer("raw")
    consumer = cluster.group_consumer("raw", GroupTiming())
    await producer.start()
    consumer.assign([source])
    await consumer.start()
    consumer.seek(source, 0)
    done, began = 0, time.perf_counter()
    while done < count:
        got = (await consumer.getmany(source, timeout_ms=1000, max_records=BATCH)).get(source, [])
        if not got:
            continue
        await producer.begin_transaction()
        sends = [await producer.send("bench.out", record.value, key=record.key) for record in got]
        sends += [await producer.send("bench.state", b"1", key=record.key, partition=0) for record in got]
        await asyncio.gather(*sends)
        await producer.send_offsets_to_transaction({source: got[-1].offset + 1}, "raw")
        await producer.commit_transaction()
        done += len(got)
    seconds = time.perf_counter() - began
    await consumer.stop()
    await producer.stop()
    return seconds


def confluent_loop(bootstrap: str, count: int) -> float:
    """The same again with confluent-kafka (librdkafka), whose work happens in threads of its own."""
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": bootstrap, "transactional.id": "raw-confluent", "linger.ms": 2}
    )
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "raw-confluent",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    producer.init_transactions(30)
    consumer.assign([confluent_kafka.TopicPartition("bench.in", 0, 0)])
    done, began = 0, time.perf_counter()
    while done < count:
        got = consumer.consume(BATCH, timeout=1)
        if not got:
            continue
        producer.begin_transaction()
        for record in got:
            producer.produce("bench.out", record.value(), record.key())
            producer.produce("bench.state", b"1", record.key(), partition=0)
        position = confluent_kafka.TopicPartition("bench.in", 0, int(got[-1].offset() or 0) + 1)
        producer.send_offsets_to_transaction([position], consumer.consumer_group_metadata(), 30)
        producer.commit_transaction(30)
        done += len(got)
    seconds = time.perf_counter() - began
    consumer.close()
    return seconds


async def runtime_loop(cluster: Cluster, stage: Pass, count: int, folder: Path) -> tuple[float, float, float]:
    """Seconds from the first commit to the last, CPU seconds of them, seconds from start to first commit."""
    commits: list[tuple[float, float]] = []
    left, stop = count, asyncio.Event()

    def observe(progress: Progress) -> None:
        nonlocal left
        commits.append((time.perf_counter(), time.process_time()))
        left -= progress.records
        if left <= 0:
            stop.set()

    options = RunOptions(work_dir=folder, batch_records=BATCH, observe=observe)
    began = time.perf_counter()
    await run_stage(stage, cluster, options, stop)
    (first, cpu), (last, cpu_last) = commits[0], commits[-1]
    return last - first, cpu_last - cpu, first - began


async def throughput(cluster: Cluster, count: int, folder: Path) -> dict[str, float]:
    """All three loops over the same input, three turns, the best of each."""
    await fill(cluster, "bench.in", count)
    raw, ours, confluent = [], [], []
    for turn in range(3):
        await create_topics(cluster, [Spec(f"bench.state{turn}", configs=COMPACT)])
        raw.append(await raw_loop(cluster, count))
        confluent.append(await asyncio.to_thread(confluent_loop, cluster.bootstrap, count))
        seconds, _, _ = await runtime_loop(cluster, Pass(f"bench{turn}", f"bench.state{turn}"), count, folder)
        ours.append(seconds)
    return {
        "raw_us_per_record": round(min(raw) / count * 1e6, 1),
        "confluent_us_per_record": round(min(confluent) / count * 1e6, 1),
        "runtime_us_per_record": round(min(ours) / (count - BATCH) * 1e6, 1),
        "runtime_to_raw": round(min(ours) / (count - BATCH) * count / min(raw), 2),
        "runtime_to_confluent": round(min(ours) / (count - BATCH) * count / min(confluent), 2),
    }


async def state(cluster: Cluster, entries: int, records: int, folder: Path) -> dict[str, float]:
    """Restart with that many entries and a tenth of them: time to the first commit, memory; and what a record
    costs then in CPU seconds, of two turns each the better one."""
    figures: dict[str, float] = {"entries": entries}
    costs: dict[str, list[float]] = {"small": [], "large": []}
    for name, count in (("small", entries // 10), ("large", entries)) * 2:
        stage = Pass(f"bench-{name}", f"bench.{name}")
        if not costs[name]:
            await create_topics(cluster, [Spec(f"bench.{name}", configs=COMPACT)])
            await fill(cluster, f"bench.{name}", count, b"1234567890" * 3)
        await rewind(stage, cluster, 0, 0, RunOptions())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, cpu, first = await runtime_loop(cluster, stage, records, folder)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        figures.setdefault(f"restart_{name}_seconds", round(first, 2))
        figures.setdefault(f"restart_{name}_mb", round(grown / 1024, 1))
        costs[name].append(cpu)
    figures["cost_with_ten_times_the_state"] = round(min(costs["large"]) / min(costs["small"]), 2)
    return figures


async def latency(cluster: Cluster, count: int, folder: Path) -> dict[str, float]:
    """From send to read_committed arrival behind one hop, at 100 records a second."""
    await create_topics(cluster, [Spec("bench.slow", configs=COMPACT)])
    end = TopicPartition("bench.out", 0)
    stop, ready = asyncio.Event(), asyncio.Event()
    options = RunOptions(
        work_dir=folder, status=lambda status: ready.set() if status.state == "running" else None
    )
    stage = Pass("bench-slow", "bench.slow")
    producer, reader = cluster.producer(linger_ms=0), cluster.reader()
    await producer.start()
    await reader.start()
    reader.assign([end])
    source = TopicPartition("bench.in", 0)
    ends = await reader.end_offsets([source, end])
    await rewind(stage, cluster, 0, ends[source], options)
    reader.seek(end, ends[end])
    running = asyncio.create_task(run_stage(stage, cluster, options, stop))
    await ready.wait()
    took: list[float] = []
    reading = asyncio.create_task(_arrivals(reader, end, count, took))
    for number in range(count):
        await producer.send("bench.in", b"%f" % time.time(), key=b"late-%d" % number)
        await asyncio.sleep(0.01)
    await reading
    stop.set()
    await running
    await producer.stop()
    await reader.stop()
    took.sort()
    return {
        "latency_p50_ms": round(took[len(took) // 2] * 1000, 1),
        "latency_p99_ms": round(took[len(took) * 99 // 100] * 1000, 1),
    }


async def _arrivals(reader: Consumer, end: TopicPartition, count: int, took: list[float]) -> None:
    while len(took) < count:
        for record in (await reader.getmany(end, timeout_ms=1000)).get(end, []):
            took.append(time.time() - float(record.value))


async def bench(bootstrap: str, records: int, entries: int, folder: Path) -> dict[str, float]:
    """All figures."""
    cluster = Cluster(bootstrap)
    await create_topics(cluster, [Spec("bench.in"), Spec("bench.out"), Spec("bench.state", configs=COMPACT)])
    figures = await throughput(cluster, records, folder)
    figures |= await state(cluster, entries, records, folder)
    return figures | await latency(cluster, 1000, folder)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, LocalKafka(Path(folder) / "kafka") as kafka:
        print(json.dumps(asyncio.run(bench(kafka.bootstrap, told.records, told.entries, Path(folder)))))


if __name__ == "__main__":
    main()
