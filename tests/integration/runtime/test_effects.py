"""Effects outside Kafka: what they post is committed, what a crash interrupted is taken up again."""

import asyncio

from tests.integration.runtime.conftest import MakeWorker
from tests.integration.runtime.harness import arrived, keys, produce
from workers.storage.kafka import Cluster


def test_errands_end_once_although_the_worker_is_killed(cluster: Cluster, worker: MakeWorker) -> None:
    wanted = [b"e-%d" % number for number in range(600)]
    asyncio.run(produce(cluster, [(key, b"v") for key in wanted]))
    one = worker(stage="Errands", inbox_records=10)
    for count in (50, 200):
        asyncio.run(arrived(cluster, count))
        one.kill9()
        one.start()
    asyncio.run(arrived(cluster, 600))
    assert one.stop() == 0
    assert sorted(asyncio.run(keys(cluster))) == sorted(wanted)


def test_a_graceful_stop_commits_what_effects_had_finished(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, [(b"e-%d" % number, b"v") for number in range(2000)]))
    one = worker(stage="Errands")
    asyncio.run(arrived(cluster, 100))
    assert one.stop() == 0
    one.start()
    asyncio.run(arrived(cluster, 2000))
    assert one.stop() == 0
    assert len(asyncio.run(keys(cluster))) == 2000
