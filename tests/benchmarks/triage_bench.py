"""Triage without the classifier against a raw aiokafka transactional loop that writes the very same records.

`python -m tests.benchmarks.triage_bench` starts a broker of its own and prints one JSON object. Both loops read
the same input in batches of 500; the raw one knows its outputs before the clock starts, so what is compared is
deciding plus writing against writing alone. `raw_one` writes one output a record, as the thinnest loop there is.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from classifiers.contract import Text
from deploy.local.kafka import LocalKafka
from gateway.settings import GatewaySettings
from gateway.topics import wanted
from schemas import cloudevents, identity
from schemas.assessment import Assessment
from schemas.intake import ARRIVAL, Arrival
from schemas.message import Address, Message, ReplyRoute
from schemas.topics import MESSAGES, TRIAGE_CASES, TRIAGE_SEEN
from tests.benchmarks.runtime_bench import BATCH
from workers.runtime.contract import Output, Record
from workers.runtime.options import Progress, RunOptions
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster, GroupTiming, TopicPartition
from workers.storage.kafka_topics import create_topics
from workers.triage.cases import House
from workers.triage.route.rules import load
from workers.triage.stage import Triage

SETTLE_SECONDS = 2.0
SECRET = b"a secret of thirty-two characters"
TEXT = "The invoice number {n} is wrong again, I was charged twice and nobody answers my calls. " * 6


class NoClassifier:
    """The same assessment for every text: what is measured is the rest."""

    pack = "none"
    _same = Assessment.model_validate(
        {"kind": "complaint", "category": "invoice", "confidence": 0.9, "abstained": False, "priority": "normal",
         "severity": "low"}
    )  # fmt: skip

    def assess(self, texts: Iterable[Text]) -> Sequence[Assessment]:
        return [self._same for _ in texts]


def arrival(number: int) -> Arrival:
    """A mail of a person of its own, about 500 bytes of text."""
    address = Address(kind="mail", value=f"customer{number}@example.org")
    its = identity.message_identity("mail", [b"%d" % number])
    now = datetime.now(UTC)
    message = Message(
        channel="mail",
        sender=address,
        text=TEXT.format(n=number),
        reply=ReplyRoute(channel="mail", address=address),
    )
    return Arrival(
        identity=its, delivery_id=f"bench-1-{number}", channel="mail", logged_at=now, received_at=now, message=message,
        person_key=identity.person_key(SECRET, "mail", address.value), reference=identity.reference(SECRET, its),
        raw_sha256="0" * 64, raw_bytes=700,
    )  # fmt: skip


async def fill(cluster: Cluster, count: int) -> None:
    """The input."""
    producer = cluster.producer(linger_ms=5)
    await producer.start()
    sent = []
    for number in range(count):
        one = arrival(number)
        headers = cloudevents.headers(ARRIVAL, one.identity, "/bench", one.logged_at)
        sent.append(
            await producer.send(
                cluster.topic(MESSAGES.name),
                one.to_bytes(),
                key=one.person_key.encode(),
                headers=list(headers),
            )
        )
    await asyncio.gather(*sent)
    await producer.stop()


async def ours(cluster: Cluster, count: int) -> tuple[float, float]:
    """Wall and CPU seconds for the records after the first batch."""
    left, stop, marks = count, asyncio.Event(), []

    def observe(progress: Progress) -> None:
        nonlocal left
        left -= progress.records
        marks.append((time.perf_counter(), time.process_time(), count - left))
        if left <= 0:
            stop.set()

    stage = Triage(NoClassifier(), House(load(), SECRET))
    await run_stage(stage, cluster, RunOptions(batch_records=BATCH, observe=observe), stop)
    (wall, cpu, before), (wall_end, cpu_end, _) = marks[0], marks[-1]
    share = count / (count - before)
    return (wall_end - wall) * share, (cpu_end - cpu) * share


async def raw(cluster: Cluster, count: int, deltas: list[list[Output]]) -> tuple[float, float]:
    """Wall and CPU seconds of the loop that only writes `deltas`."""
    source = TopicPartition(cluster.topic(MESSAGES.name), 0)
    producer = cluster.transactional_producer(cluster.topic(f"raw{len(deltas[0])}"))
    consumer = cluster.group_consumer("raw", GroupTiming())
    await producer.start()
    consumer.assign([source])
    await consumer.start()
    consumer.seek(source, 0)
    done, began, cpu = 0, time.perf_counter(), time.process_time()
    while done < count:
        got = (await consumer.getmany(source, timeout_ms=1000, max_records=BATCH)).get(source, [])
        if not got:
            continue
        await producer.begin_transaction()
        sends = [
            await producer.send(
                cluster.topic(out.topic), out.value, key=out.key, headers=list(out.headers), partition=0
            )
            for outputs in deltas[done : done + len(got)]
            for out in outputs
        ]
        await asyncio.gather(*sends)
        await producer.send_offsets_to_transaction({source: got[-1].offset + 1}, cluster.topic("raw"))
        await producer.commit_transaction()
        done += len(got)
    seconds = time.perf_counter() - began, time.process_time() - cpu
    await consumer.stop()
    await producer.stop()
    return seconds


def what_triage_writes(count: int) -> list[list[Output]]:
    """The outputs and the state of each record, as the runtime would write them."""
    stage, tables = Triage(NoClassifier(), House(load(), SECRET)), _Dicts()
    written = []
    for number in range(count):
        one = arrival(number)
        headers = cloudevents.headers(ARRIVAL, one.identity, "/bench", one.logged_at)
        record = Record(MESSAGES.name, 0, number, 0, one.person_key.encode(), one.to_bytes(), headers)
        (prepared,) = stage.prepare([record])
        delta = stage.step(record, prepared, tables)
        topics = {"cases": TRIAGE_CASES.name, "seen": TRIAGE_SEEN.name}
        state = [
            Output(topics[t], key, value) for t, rows in delta.writes.items() for key, value in rows.items()
        ]
        written.append([*delta.outputs, *state])
    return written


class _Dicts:
    def get(self, table: str, key: bytes) -> bytes | None:
        return None

    def items(self, table: str) -> Iterator[tuple[bytes, bytes]]:
        yield from ()


async def bench(bootstrap: str, count: int) -> dict[str, float]:
    """Three turns on topics of their own, the best of each."""
    settings = GatewaySettings(partitions=1)
    deltas = what_triage_writes(count)
    one = [outputs[:1] for outputs in deltas]
    found: dict[str, list[tuple[float, float]]] = {"triage": [], "raw": [], "raw_one": []}
    for turn in range(3):
        cluster = Cluster(bootstrap, topic_prefix=f"turn{turn}.")
        await create_topics(cluster, wanted(settings, load()))
        await asyncio.sleep(SETTLE_SECONDS)  # a topic just made has no leader for a moment
        await fill(cluster, count)
        found["raw"].append(await raw(cluster, count, deltas))
        found["triage"].append(await ours(cluster, count))
        found["raw_one"].append(await raw(cluster, count, one))
    wall = {name: min(times)[0] / count * 1e6 for name, times in found.items()}
    cpu = {name: min(t[1] for t in times) / count * 1e6 for name, times in found.items()}
    return {
        "records": count,
        "records_written_for_each": len(deltas[0]),
        **{f"{name}_us_per_record": round(value, 1) for name, value in wall.items()},
        **{f"{name}_cpu_us_per_record": round(value, 1) for name, value in cpu.items()},
        "triage_to_raw": round(wall["triage"] / wall["raw"], 2),
        "triage_to_raw_one": round(wall["triage"] / wall["raw_one"], 2),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, LocalKafka(Path(folder) / "kafka") as kafka:
        print(json.dumps(asyncio.run(bench(kafka.bootstrap, chosen.records))))


if __name__ == "__main__":
    main()
