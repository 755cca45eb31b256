"""What becomes of a record: passed on, seen before, dead letter, paused; and of a stage that is at fault."""

import asyncio
import time
from pathlib import Path

from tests.integration.runtime.conftest import MakeWorker
from tests.integration.runtime.harness import Spec, arrived, keys, produce, read_all
from tests.patience import until
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import create_topics


def test_each_identity_once_and_troubled_records_to_their_dead_letters(
    cluster: Cluster, worker: MakeWorker
) -> None:
    good = [b"id-%d" % number for number in range(1000)]
    records = [(key, key) for key in good] * 2
    records[300:300] = [(b"n", b"nonsense"), (b"f", b"fault"), (b"l", b"large1500000")]
    asyncio.run(produce(cluster, records))
    one = worker()
    asyncio.run(arrived(cluster, 1000))
    asyncio.run(arrived(cluster, 3, topic="ids.dead"))
    assert one.stop() == 0
    assert sorted(asyncio.run(keys(cluster))) == sorted(good)
    dead = {
        record.key: dict(record.headers)["cause"] for record in asyncio.run(read_all(cluster, "ids.dead"))
    }
    assert dead == {b"n": b"Nonsense", b"f": b"StageFault", b"l": b"TooLarge"}


def test_headers_survive_and_the_time_is_that_of_writing(cluster: Cluster, worker: MakeWorker) -> None:
    async def send() -> None:
        producer = cluster.producer()
        await producer.start()
        await producer.send_and_wait(
            cluster.topic("ids.in"),
            b"v",
            key=b"k",
            timestamp_ms=1_700_000_000_000,
            headers=[("a", b"1"), ("b", b"\xff")],
        )
        await producer.stop()

    asyncio.run(send())
    worker()
    asyncio.run(arrived(cluster, 1))
    record = asyncio.run(read_all(cluster, "ids.out"))[0]
    assert record.headers == (("a", b"1"), ("b", b"\xff"))
    assert abs(record.timestamp / 1000 - time.time()) < 30


def test_outputs_found_impossible_while_writing_are_dead_letters(
    cluster: Cluster, worker: MakeWorker
) -> None:
    """The worker thinks 3 MB are fine, the topic takes 1 MiB: found out one by one, the rest goes through."""
    records = [(b"k%d" % number, b"v") for number in range(50)]
    records[25:25] = [(b"big", b"large2500000"), (b"bad", b"nowhere")]
    asyncio.run(produce(cluster, records))
    one = worker(max_record_bytes=3_000_000)
    asyncio.run(arrived(cluster, 50))
    asyncio.run(arrived(cluster, 2, topic="ids.dead"))
    assert one.stop() == 0
    assert len(set(asyncio.run(keys(cluster)))) == 50
    dead = {
        record.key: dict(record.headers)["cause"] for record in asyncio.run(read_all(cluster, "ids.dead"))
    }
    assert dead == {b"big": b"TooLarge", b"bad": b"StageFault"}


def test_what_is_away_pauses_its_partition_only(cluster: Cluster, worker: MakeWorker, tmp_path: Path) -> None:
    back = tmp_path / "back"
    waiting = b"away:" + bytes(back)
    asyncio.run(produce(cluster, [(b"w", waiting)]))
    one = worker()
    asyncio.run(until(lambda: "paused" in one.states().values(), 20, "a pause"))
    stopped = [number for number, state in one.states().items() if state == "paused"]
    assert len(stopped) == 1
    assert "the file is away" in one.mark("progress", stopped[0])["reason"]
    asyncio.run(produce(cluster, [(b"id-%d" % number, b"v") for number in range(100)]))
    asyncio.run(until(lambda: _some(cluster), 20, "the other partition to go on"))
    assert b"w" not in asyncio.run(keys(cluster))
    back.touch()
    asyncio.run(arrived(cluster, 101))
    asyncio.run(until(lambda: one.states()[stopped[0]] == "running", 20, "the partition to go on"))
    assert one.stop() == 0
    assert len(asyncio.run(keys(cluster))) == 101


async def _some(cluster: Cluster) -> bool:
    return len(await keys(cluster)) > 20


def test_an_unknown_major_version_pauses_loudly(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, [(b"a", b"v"), (b"a2", b"future"), (b"b", b"v")]))
    one = worker()
    asyncio.run(until(lambda: "Unsupported: a record of version 99" in one.said, 20, "a loud pause"))
    assert one.stop() == 0
    assert asyncio.run(keys(cluster, "ids.dead")) == []


def test_a_stage_that_fails_for_many_senders_stops_itself(cluster: Cluster, worker: MakeWorker) -> None:
    """It says so and stays: a restart goes on behind what was laid down, and does not begin to count from nothing."""
    asyncio.run(produce(cluster, [(b"s%d" % number, b"fault") for number in range(200)]))
    one = worker()
    asyncio.run(until(lambda: "stopped" in one.states().values(), 60, "the stage to stop"))
    assert one.stop() == 0
    assert "state='stopped'" in one.said
    said = one.said.count("state='stopped'")
    one.start()
    asyncio.run(until(lambda: one.said.count("state='stopped'") > said, 60, "the stage to stop again"))
    assert one.stop() == 0
    assert len(asyncio.run(keys(cluster, "ids.dead"))) < 25


def test_one_senders_faults_do_not_stop_the_stage(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, [(b"same", b"fault")] * 200))
    one = worker()
    asyncio.run(arrived(cluster, 200, topic="ids.dead"))
    assert one.stop() == 0


def test_a_topic_that_does_not_exist_is_named_and_nothing_is_lost(
    cluster: Cluster, worker: MakeWorker
) -> None:
    asyncio.run(produce(cluster, [(b"a", b"v"), (b"a", b"unknown"), (b"b", b"v"), (b"c", b"v")]))
    one = worker(commit_seconds=4.0)
    assert one.wait(30) == 3
    assert "looking for the topic ids.unknown (does it exist?)" in one.said
    asyncio.run(create_topics(cluster, [Spec("ids.unknown")]))
    one.start()
    asyncio.run(arrived(cluster, 3))
    asyncio.run(arrived(cluster, 1, topic="ids.unknown"))
