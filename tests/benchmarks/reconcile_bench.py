"""How long `gateway reconcile` takes over many deliveries, how much memory, and whether it finds the one that is lost.

`python -m tests.benchmarks.reconcile_bench --deliveries 1000000`

Each delivery, its message, the case it opened and its letter are in the log but for one case, which never was.
The command is run as an operator runs it, in a process of its own. Prints JSON.
"""

import argparse
import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from deploy.local.kafka import LocalKafka
from gateway import topics as house
from gateway.bootstrap import Parts
from gateway.settings import GatewaySettings
from schemas import cloudevents, topics
from schemas.complaint import CASE_EVENT
from schemas.delivery import Delivery
from schemas.intake import ARRIVAL
from workers.storage.kafka import Cluster, TopicPartition

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
TEXT = "My card was charged twice and nobody answers the telephone. " * 8
PEOPLE = 50_000
IN_FLIGHT = 20_000
PASSED = (("normalise", topics.DELIVERIES), ("triage", topics.MESSAGES))
Body = dict[str, object]
Entry = tuple[topics.Topic, bytes, bytes, cloudevents.Headers]


def name_of(number: int) -> str:
    """The delivery id with this number in the sequence of one door."""
    return f"local_serve-19a3f0-{number}"


def entries(number: int, is_lost: bool) -> Iterable[Entry]:
    """What one complaint leaves in the log."""
    name, identity = name_of(number), f"{number:032x}"
    person = f"{number % PEOPLE:032x}".encode()
    delivery = Delivery(delivery_id=name, channel="webform", received_at=NOW)
    yield topics.DELIVERIES, name.encode(), TEXT.encode(), delivery.headers("/bench")
    arrival: Body = {
        "identity": identity,
        "delivery_id": name,
        "channel": "webform",
        "message": {"text": TEXT},
    }
    yield topics.MESSAGES, person, _json(arrival), cloudevents.headers(ARRIVAL, identity, "/bench", NOW)
    if not is_lost:
        opened: Body = {"type": "opened", "event_id": identity, "reference": f"R{number}", "person_key": "p"}
        opened |= {"sequence": 1, "cause": identity, "delivery_id": name, "message": {"text": TEXT}}
        yield topics.EVENTS, person, _json(opened), cloudevents.headers(CASE_EVENT, identity, "/bench", NOW)
        written = b'{"letter_id":"%d","reference":"R%d","state":"accepted"}' % (number, number)
        yield topics.LETTERS_LEDGER, b"%d" % number, written, ()


async def fill(cluster: Cluster, deliveries: int) -> None:
    """Write the log and let both stages have passed it."""
    producer = cluster.producer(linger_ms=20)
    await producer.start()
    sent: list[asyncio.Future[object]] = []
    for number in range(1, deliveries + 1):
        for topic, key, value, headers in entries(number, is_lost=number == deliveries // 2):
            name = cluster.topic(topic.name)
            sent.append(await producer.send(name, value, key=key, headers=list(headers)))
        if len(sent) > IN_FLIGHT:
            await asyncio.gather(*sent)
            sent.clear()
    await asyncio.gather(*sent)
    await producer.stop()
    for group, topic in PASSED:
        await _pass(cluster, group, topic)


async def _pass(cluster: Cluster, group: str, topic: topics.Topic) -> None:
    reader = cluster.reader(group=group)
    await reader.start()
    places = [TopicPartition(cluster.topic(topic.name), number) for number in range(topic.partitions or 3)]
    reader.assign(places)
    await reader.commit(await reader.end_offsets(places))
    await reader.stop()


def run(settings: dict[str, str]) -> dict[str, object]:
    """The command's answer with its time, processor time and peak memory."""
    began = time.monotonic()
    command = [sys.executable, "-m", "gateway", "reconcile", "--json"]
    with subprocess.Popen(
        command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        said = json.loads(child.stdout.read())
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": used.ru_maxrss // 1024,
        "deliveries": said["deliveries"],
        "differences": [one["delivery_id"] for one in said["differences"]],
    }


def main() -> int:
    """Fill, reconcile, print; exit code 1 when it did not name exactly the lost one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=1_000_000, help="how many (default 1000000)")
    chosen = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as scratch, LocalKafka(Path(scratch) / "kafka") as kafka:
        data = Path(scratch) / "data"
        settings = {"GATEWAY_DATA_DIR": str(data), "GATEWAY_KAFKA_BOOTSTRAP": kafka.bootstrap}
        parts = Parts(GatewaySettings(data_dir=data, kafka_bootstrap=kafka.bootstrap))
        asyncio.run(house.apply(parts.cluster, parts.topics()))
        asyncio.run(fill(parts.cluster, chosen.deliveries))
        found = run(settings)
    print(json.dumps(found))
    return int(found["differences"] != [name_of(chosen.deliveries // 2)])


def _json(body: Body) -> bytes:
    return json.dumps(body).encode()


if __name__ == "__main__":
    sys.exit(main())
