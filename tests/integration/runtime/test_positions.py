"""Where a stage goes on: retention that outran it, a topic made anew, an explicit rewind, wrong topics."""

import asyncio
import secrets

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from deploy.local.kafka import LocalKafka
from schemas.errors import Misconfigured
from tests.integration.runtime import stages
from tests.integration.runtime.conftest import MakeWorker
from tests.integration.runtime.harness import Spec, arrived, keys, produce
from tests.patience import until
from workers.runtime.options import RunOptions
from workers.runtime.rewind import rewind
from workers.runtime.run import run_stage
from workers.storage.kafka import Cluster
from workers.storage.kafka_topics import create_topics, describe_topics


async def forget_up_to(cluster: Cluster, offset: int) -> None:
    """What retention does: remove the records below an offset."""
    admin = cluster.admin()
    await admin.start()
    gone = {TopicPartition(cluster.topic("ids.in"), number): RecordsToDelete(offset) for number in range(2)}
    await admin.delete_records(gone)
    await admin.close()


async def make_anew(cluster: Cluster) -> None:
    """The input topic deleted and made again."""
    admin = cluster.admin()
    await admin.start()
    await admin.delete_topics([cluster.topic("ids.in")])
    await admin.close()

    async def made() -> bool:
        await create_topics(cluster, [Spec("ids.in")])
        return "ids.in" in await describe_topics(cluster, ["ids.in"])

    await until(made, 10, "the topic made anew")


def records(first: int, count: int) -> list[tuple[bytes, bytes]]:
    return [(b"id-%d" % number, b"v") for number in range(first, first + count)]


def test_a_gap_by_retention_is_said_loudly(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, records(0, 100)))
    one = worker()
    asyncio.run(arrived(cluster, 100))
    assert one.stop() == 0
    asyncio.run(produce(cluster, records(100, 400)))
    asyncio.run(forget_up_to(cluster, 100))
    asyncio.run(produce(cluster, records(500, 100)))
    one.start()
    asyncio.run(until(lambda: "retention removed" in one.said, 20, "the loud line"))
    asyncio.run(until(lambda: _has(cluster, b"id-599"), 20, "the rest to go on"))


async def _has(cluster: Cluster, key: bytes) -> bool:
    return key in await keys(cluster)


def test_a_topic_made_anew_stops_the_stage(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, records(0, 100)))
    one = worker()
    asyncio.run(arrived(cluster, 100))
    assert one.stop() == 0
    asyncio.run(make_anew(cluster))
    assert one.start().wait(20) == 3
    assert "was the topic made anew" in one.said


@pytest.mark.parametrize("stage", ["Ids", "PositionOnly"])
def test_rewind_is_explicit_and_fences_a_running_worker(
    cluster: Cluster, worker: MakeWorker, stage: str
) -> None:
    asyncio.run(produce(cluster, records(0, 200)))
    one = worker(stage=stage)
    asyncio.run(arrived(cluster, 200))
    for partition in range(2):
        asyncio.run(rewind(getattr(stages, stage)(), cluster, partition, 0, RunOptions()))
    asyncio.run(produce(cluster, records(200, 50)))
    assert one.wait(30) == 3
    one.start()
    again = 50 if stage == "Ids" else 250
    asyncio.run(arrived(cluster, 200 + again))
    assert one.stop() == 0
    found = asyncio.run(keys(cluster))
    assert len(found) == 200 + again
    assert len(set(found)) == 250


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Spec("ids.seen", 2, configs={"cleanup.policy": "compact,delete"}), "must not delete by age"),
        (Spec("ids.seen", 2), "must be compacted"),
        (Spec("ids.seen", 3, configs={"cleanup.policy": "compact"}), "has 3 partitions, ids.in has 2"),
        (Spec("other", 1), "the cluster does not have it"),
    ],
)
def test_wrong_topics_are_refused_at_the_start(kafka: LocalKafka, wrong: Spec, says: str) -> None:
    async def run() -> None:
        cluster = Cluster(kafka.bootstrap, topic_prefix=f"t{secrets.token_hex(3)}.")
        await create_topics(cluster, [Spec("ids.in"), wrong])
        await run_stage(stages.Ids(), cluster, RunOptions(), asyncio.Event())

    with pytest.raises(Misconfigured, match=says):
        asyncio.run(run())
