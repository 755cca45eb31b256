"""The runtime against a hand-written transactional loop on the same client, and what a restart costs.

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

from deploy.local.kafka import LocalKafka
from schemas.errors import Unreadable
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables
from workers.runtime.options import Progress, RunOptions
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster, GroupTiming, TopicPartition
from workers.storage.kafka_topics import create_topics

VALUE = b"x" * 500
BATCH = 500


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


async def runtime_loop(cluster: Cluster, stage: Pass, count: int, folder: Path) -> tuple[float, float]:
    """Seconds from the first record's commit to the last's, and from the start to the first commit."""
    commits: list[float] = []
    left, stop = count, asyncio.Event()

    def observe(progress: Progress) -> None:
        nonlocal left
        commits.append(time.perf_counter())
        left -= progress.records
        if left <= 0:
            stop.set()

    options = RunOptions(work_dir=folder, batch_records=BATCH, observe=observe)
    began = time.perf_counter()
    await run_stage(stage, cluster, options, stop)
    return commits[-1] - commits[0], commits[0] - began


async def throughput(cluster: Cluster, count: int, folder: Path) -> dict[str, float]:
    """Both loops over the same input, three turns, the best of each."""
    await fill(cluster, "bench.in", count)
    raw, ours = [], []
    for turn in range(3):
        await create_topics(cluster, [Spec(f"bench.state{turn}", configs={"cleanup.policy": "compact"})])
        raw.append(await raw_loop(cluster, count))
        seconds, _ = await runtime_loop(cluster, Pass(f"bench{turn}", f"bench.state{turn}"), count, folder)
        ours.append(seconds)
    return {
        "raw_us_per_record": round(min(raw) / count * 1e6, 1),
        "runtime_us_per_record": round(min(ours) / (count - BATCH) * 1e6, 1),
        "runtime_to_raw": round(min(ours) / (count - BATCH) * count / min(raw), 2),
    }


async def restart(cluster: Cluster, entries: int, folder: Path) -> dict[str, float]:
    """Seconds from the start with that many entries to the first commit, and the memory they took."""
    await create_topics(cluster, [Spec("bench.big", configs={"cleanup.policy": "compact"})])
    await fill(cluster, "bench.big", entries, b"1234567890" * 3)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _, first = await runtime_loop(cluster, Pass("bench-big", "bench.big"), 1, folder)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {
        "restart_entries": entries,
        "restart_to_first_commit_seconds": round(first, 2),
        "restart_memory_mb": round(grown / 1024, 1),
    }


async def bench(bootstrap: str, records: int, entries: int, folder: Path) -> dict[str, float]:
    """All figures."""
    cluster = Cluster(bootstrap)
    compact = {"cleanup.policy": "compact"}
    await create_topics(cluster, [Spec("bench.in"), Spec("bench.out"), Spec("bench.state", configs=compact)])
    return await throughput(cluster, records, folder) | await restart(cluster, entries, folder)


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
