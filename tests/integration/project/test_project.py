"""The view on a real Kafka: complete, moved once, fed at least once, refused when it does not fit."""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.kafka import LocalKafka
from schemas import topics
from schemas.complaint import CaseEvent
from tests.integration.project.conftest import MakeWorker
from tests.integration.project.scene import PARTITIONS, answered, fed, life, records, tell
from tests.patience import until
from tests.unit.project.told import reference
from workers.project import source
from workers.project.rebuild import rebuild
from workers.project.view import CaseView
from workers.storage.kafka import Cluster


async def at_the_end(cluster: Cluster, view: CaseView) -> bool:
    """Whether the view stands where the topic ends."""
    ends = await source.ends(cluster, topics.EVENTS.name)
    return await view.positions() == {(topics.EVENTS.name, number): end for number, end in ends.items()}


@pytest.mark.asyncio
async def test_every_event_is_in_the_view_and_in_the_feed(
    cluster: Cluster, worker: MakeWorker, view: CaseView
) -> None:
    await tell(cluster, life(range(100)))
    slot = worker()
    await answered(view, 100)
    assert slot.stop() == 0
    case = await view.case(reference(42))
    assert case is not None
    assert [one["type"] for one in case["events"]] == [
        "received", "assessed", "routed", "opened", "letter", "acknowledged",
    ]  # fmt: skip
    items = await fed(cluster)
    assert len({(item.source, item.offset) for item in items}) == len(items) == 100
    assert {(item.type, item.category) for item in items} == {("opened", "defective")}
    assert all(item.same for item in items)


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_kill_between_commit_and_feed_loses_nothing_and_writes_nothing_twice(
    cluster: Cluster, worker: MakeWorker, view: CaseView
) -> None:
    await tell(cluster, life(range(100)))
    slot = worker(die_after=1)
    for commits in (1, 2, 1):
        assert slot.wait() == -signal.SIGKILL
        slot.start(die_after=commits)
    assert slot.wait() == -signal.SIGKILL
    slot.start()
    await answered(view, 100)
    assert slot.stop() == 0
    items = await fed(cluster)
    assert {(item.source, item.offset) for item in items} == {
        (f"{topics.EVENTS.name}:{one.partition}", one.offset)
        for one in await records(cluster, topics.EVENTS.name, PARTITIONS)
        if CaseEvent.from_bytes(one.value).type == "opened"
    }
    case = await view.case(reference(7))
    assert case is not None
    assert len(case["events"]) == 6


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_frozen_worker_that_wakes_up_writes_nothing_old(
    cluster: Cluster, worker: MakeWorker, view: CaseView
) -> None:
    await tell(cluster, life(range(20)))
    first = worker(batch=5)
    await answered(view, 20)
    first.signal(signal.SIGSTOP)
    worker(instance="project-2")
    await tell(cluster, life(range(20, 40)))
    await answered(view, 40, seconds=40)
    await tell(cluster, life(range(40, 60)))
    first.signal(signal.SIGCONT)
    await answered(view, 60, seconds=40)
    case = await view.case(reference(59))
    assert case is not None
    assert len(case["events"]) == 6


@pytest.mark.asyncio
async def test_what_is_no_event_becomes_a_dead_letter_and_the_rest_goes_on(
    cluster: Cluster, worker: MakeWorker, view: CaseView
) -> None:
    await tell(cluster, [*life([1]), b"{}", b"\xff\x00", *life([2])])
    worker()
    await answered(view, 2)

    async def buried() -> bool:
        return len(await records(cluster, topics.DEAD_LETTERS.name, PARTITIONS)) == 2

    await until(buried, 10, "two dead letters")


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_another_cluster_is_refused_and_a_rebuild_mends_it(
    kafka: LocalKafka, cluster: Cluster, worker: MakeWorker, view: CaseView, url: str, tmp_path: Path
) -> None:
    await tell(cluster, life(range(10)))
    slot = worker()
    await answered(view, 10)
    assert slot.stop() == 0
    with LocalKafka(tmp_path / "other") as other:
        elsewhere = replace(cluster, bootstrap=other.bootstrap)
        from tests.integration.project.scene import Worker, make_topics

        await make_topics(elsewhere)
        await tell(elsewhere, life(range(30)))
        stranger = Worker(elsewhere, tmp_path, url, "stranger").start()
        assert stranger.wait() == 2
        assert "gateway view rebuild" in stranger.said
        seen: list[tuple[int, int]] = []
        await asyncio.wait_for(
            rebuild(elsewhere, url, lambda at, of: seen.append((at, of))),
            30,
        )
        await answered(view, 30)
        assert seen[0][0] == 0
        assert seen[-1][0] == seen[-1][1] >= 90


@pytest.mark.asyncio
async def test_a_view_that_was_removed_is_filled_again_by_the_next_start(
    cluster: Cluster, worker: MakeWorker, view: CaseView, url: str, tmp_path: Path
) -> None:
    await tell(cluster, life(range(10)))
    slot = worker()
    await until(lambda: at_the_end(cluster, view), 20, "the view at the end")
    before = await fed(cluster)
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"view.db{suffix}").unlink(missing_ok=True)
    await until(lambda: slot.ended, 20, "the worker to notice while nothing comes in")
    assert "was removed or replaced" in slot.said
    slot.start()
    again = CaseView(url)
    await answered(again, 10)
    await again.aclose()
    assert await fed(cluster) == before


@pytest.mark.asyncio
async def test_a_rebuild_gives_insight_nothing_twice(
    cluster: Cluster, worker: MakeWorker, view: CaseView, url: str
) -> None:
    await tell(cluster, life(range(30)))
    slot = worker()
    await until(lambda: at_the_end(cluster, view), 20, "the view at the end")
    assert slot.stop() == 0
    before = await fed(cluster)
    await asyncio.wait_for(rebuild(cluster, url, lambda *_: None), 30)
    await answered(view, 30)
    assert await fed(cluster) == before


@pytest.mark.asyncio
async def test_the_view_stands_at_the_end_when_it_has_caught_up(
    cluster: Cluster, worker: MakeWorker, view: CaseView
) -> None:
    """Behind the last record stand the marks of its transaction: they are no lag."""
    await tell(cluster, life(range(10)))
    worker()
    await until(lambda: at_the_end(cluster, view), 20, "the view at the end")


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_a_rebuild_beside_a_running_worker_ends_with_a_whole_view(
    cluster: Cluster, worker: MakeWorker, view: CaseView, url: str
) -> None:
    await tell(cluster, life(range(60)))
    slot = worker()
    await answered(view, 60)
    filled = asyncio.create_task(rebuild(cluster, url, lambda *_: None))
    while not filled.done():
        await tell(cluster, life(range(60, 61)))
        if slot.ended:
            slot.start()
        await asyncio.wait([filled], timeout=1)
    filled.result()
    if slot.ended:
        slot.start()
    await answered(view, 61)
