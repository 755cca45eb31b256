"""Accidents, one by one: each identity still comes out exactly once."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from tests.integration.runtime.conftest import MakeWorker
from tests.integration.runtime.harness import Worker, arrived, keys, make_topics, produce, read_all
from tests.patience import until
from workers.storage.kafka import Cluster


def ids(first: int, count: int) -> list[tuple[bytes, bytes]]:
    return [(b"id-%d" % number, b"v") for number in range(first, first + count)]


async def exactly(cluster: Cluster, count: int) -> None:
    """All have come out, and none of them twice."""
    await arrived(cluster, count, seconds=60)
    found = await keys(cluster)
    assert sorted(found) == sorted(key for key, _ in ids(0, count))


@pytest.mark.parametrize("stage", ["Ids", "PositionOnly"])
def test_kill_9_in_the_middle(cluster: Cluster, worker: MakeWorker, stage: str) -> None:
    asyncio.run(produce(cluster, ids(0, 5000)))
    one = worker(stage=stage, batch_records=20)
    for more in (1, 500, 1500):
        asyncio.run(arrived(cluster, more))
        one.kill9()
        one.start()
    asyncio.run(exactly(cluster, 5000))
    assert one.stop() == 0


def test_graceful_stop_is_quick_and_the_next_one_goes_on(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, ids(0, 500)))
    one = worker()
    asyncio.run(arrived(cluster, 500))
    began = time.monotonic()
    assert one.stop() == 0
    assert time.monotonic() - began < 3
    assert one.mark("progress")["state"] == "closed"
    asyncio.run(produce(cluster, ids(500, 500)))
    one.start()
    asyncio.run(exactly(cluster, 1000))


@pytest.mark.parametrize("delay", [0.0, 0.7, 1.0, 1.3])
def test_a_stop_that_races_the_first_assignment(cluster: Cluster, worker: MakeWorker, delay: float) -> None:
    one = worker()
    time.sleep(delay)
    assert one.stop() in (0, -signal.SIGTERM)  # the signal may come before the handler is there


def test_two_workers_share_and_take_over(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, ids(0, 2000)))
    one = worker("w1", batch_records=20)
    asyncio.run(arrived(cluster, 100))
    two = worker("w2", batch_records=20)
    asyncio.run(produce(cluster, ids(2000, 2000)))
    asyncio.run(until(lambda: "state='running'" in two.said, 30, "the second worker to own a partition"))
    one.kill9()
    asyncio.run(exactly(cluster, 4000))
    assert two.stop() == 0


@pytest.mark.timeout(300)
def test_a_frozen_worker_wakes_up_fenced(cluster: Cluster, worker: MakeWorker) -> None:
    """Stopped for longer than the session, replaced, woken: it must not write another record."""
    asyncio.run(produce(cluster, ids(0, 3000)))
    one = worker("w1", batch_records=5)
    asyncio.run(arrived(cluster, 200))
    one.signal(signal.SIGSTOP)
    two = worker("w2", batch_records=50)
    asyncio.run(arrived(cluster, 3000, seconds=40))
    one.signal(signal.SIGCONT)
    asyncio.run(produce(cluster, ids(3000, 1000)))
    asyncio.run(exactly(cluster, 4000))
    assert one.code in (3, None)  # fenced, or idle when it woke and simply joined again
    assert two.stop() == 0


@pytest.mark.timeout(300)
def test_the_broker_is_killed_and_comes_back(tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka:
        cluster = Cluster(kafka.bootstrap)
        asyncio.run(make_topics(cluster))
        asyncio.run(produce(cluster, ids(0, 3000)))
        one = Worker(cluster, tmp_path, batch_records=20).start()
        asyncio.run(arrived(cluster, 100))
        kafka.kill9()
        time.sleep(2)
        kafka.restart()
        asyncio.run(until(lambda: _restarted(one) or _count(cluster, 3000), 60, "all to arrive"))
        asyncio.run(exactly(cluster, 3000))
        one.kill9()


def _restarted(one: Worker) -> bool:
    """What a supervisor does: start again what ended in doubt. Never an answer to the wait."""
    if one.code == 3:
        one.start()
    return False


async def _count(cluster: Cluster, count: int) -> bool:
    return len(await keys(cluster)) >= count


def test_a_record_that_kills_becomes_a_dead_letter(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, [*ids(0, 20), (b"p", b"poison"), *ids(20, 20)]))
    one = worker()
    codes = []
    while not asyncio.run(read_all(cluster, "ids.dead")):
        asyncio.run(until(lambda: one.code is not None or _dead(cluster), 20, "a death or the dead letter"))
        if one.code is not None:
            codes.append(one.code)
            one.start()
    asyncio.run(exactly(cluster, 40))
    assert codes == [86] * 4  # twice in its batch, twice alone
    assert [record.key for record in asyncio.run(read_all(cluster, "ids.dead"))] == [b"p"]
    assert one.stop() == 0


async def _dead(cluster: Cluster) -> bool:
    return bool(await read_all(cluster, "ids.dead"))


@pytest.mark.timeout(300)
def test_a_record_that_hangs_becomes_a_dead_letter(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, [*ids(0, 20), (b"h", b"hang"), *ids(20, 20)]))
    one = worker(prepare_seconds=2.0, record_seconds=1.0)
    while not asyncio.run(read_all(cluster, "ids.dead")):
        asyncio.run(until(lambda: one.code is not None or _dead(cluster), 20, "a death or the dead letter"))
        if one.code is not None:
            assert one.code == 3
            one.start()
    asyncio.run(exactly(cluster, 40))
    assert dict(asyncio.run(read_all(cluster, "ids.dead"))[0].headers)["cause"] == b"KilledWorker"


def test_opening_may_outlast_the_session(cluster: Cluster, worker: MakeWorker) -> None:
    asyncio.run(produce(cluster, ids(0, 100)))
    one = worker(transactor="SlowToOpen")
    asyncio.run(exactly(cluster, 100))
    assert one.said.count("state='opening'") == 2
    assert one.stop() == 0


def test_a_stop_does_not_wait_for_opening(cluster: Cluster, worker: MakeWorker) -> None:
    one = worker(transactor="SlowToOpen")
    asyncio.run(until(lambda: "state='opening'" in one.said, 20, "the opening"))
    began = time.monotonic()
    assert one.stop() == 0
    assert time.monotonic() - began < 5


@pytest.mark.timeout(180)
def test_a_second_process_under_a_name_in_use_is_refused_and_the_first_goes_on(
    cluster: Cluster, worker: MakeWorker
) -> None:
    asyncio.run(produce(cluster, ids(0, 500)))
    one = worker("same")
    asyncio.run(arrived(cluster, 500))
    two = worker("same")
    asyncio.run(until(lambda: two.code is not None, 60, "the second to end"))
    assert one.code is None
    assert "the name 'same' is in use by process" in one.said
    asyncio.run(produce(cluster, ids(500, 500)))
    asyncio.run(exactly(cluster, 1000))


@pytest.mark.timeout(180)
def test_two_that_start_at_once_under_one_name_take_nothing_twice(
    cluster: Cluster, worker: MakeWorker
) -> None:
    asyncio.run(produce(cluster, ids(0, 500)))
    one, two = worker("same"), worker("same")
    asyncio.run(until(lambda: (one.code, two.code) != (None, None), 90, "one of them to end"))
    assert "is the instance name 'same' used twice?" in one.said or "is in use by process" in one.said
    asyncio.run(produce(cluster, ids(500, 500)))
    for each in (one, two):
        if each.code is not None:  # as a supervisor would; of the two only one can stay
            each.start()
            break
    asyncio.run(exactly(cluster, 1000))


def test_a_clock_that_jumps_back_changes_nothing(cluster: Cluster, worker: MakeWorker) -> None:
    """Bounds and pauses go by the clock that never jumps."""
    asyncio.run(produce(cluster, ids(0, 100)))
    one = worker()
    asyncio.run(arrived(cluster, 100))
    one.signal(signal.SIGUSR2)
    asyncio.run(produce(cluster, ids(100, 100)))
    asyncio.run(exactly(cluster, 200))
    asyncio.run(until(lambda: _clock(one) < time.time() - 5 * 3600, 10, "the progress file to show the jump"))
    assert one.stop() == 0


def test_a_clock_that_jumps_ahead_is_named_and_the_next_owner_goes_on(
    cluster: Cluster, worker: MakeWorker
) -> None:
    """The broker refuses records from the future; a machine whose clock is right takes over."""
    asyncio.run(produce(cluster, ids(0, 100)))
    one = worker()
    asyncio.run(arrived(cluster, 100))
    one.signal(signal.SIGUSR1)
    asyncio.run(produce(cluster, ids(100, 100)))
    assert one.wait(20) == 3
    assert "clock is more than an hour ahead of the broker's" in one.said
    worker("w2")
    asyncio.run(exactly(cluster, 200))


def _clock(one: Worker) -> float:
    return float(one.mark("progress")["at"])


@pytest.mark.timeout(180)
def test_a_stop_is_heard_while_the_broker_is_away(tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka:
        cluster = Cluster(kafka.bootstrap)
        asyncio.run(make_topics(cluster))
        one = Worker(cluster, tmp_path).start()
        asyncio.run(until(lambda: "state='running'" in one.said, 20, "the start"))
        kafka.kill9()
        time.sleep(1)
        began = time.monotonic()
        assert one.stop(40) in (0, 3)
        assert time.monotonic() - began < 30
        two = Worker(cluster, tmp_path, "w2").start()
        assert two.wait(20) == 1
        assert "cannot start" in two.said
