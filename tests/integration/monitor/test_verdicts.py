"""Groups on a real Kafka that are steady, stalled, silent, rewound, idle or new get the words that Burrow gives."""

import asyncio
import itertools
import time

import pytest
from aiokafka.admin import RecordsToDelete

from tests.integration.monitor.groups import (
    make,
    member,
    place,
    watching,
    words,
    write,
    write_in_transactions,
)
from workers.monitor.window import SECONDS
from workers.storage.kafka import Cluster, Consumer, GroupTiming

GROUPS = ("steady", "stalled", "silent", "rewound", "idle", "fresh")
EXPECTED = {
    "steady": "OK",
    "stalled": "STALL",
    "silent": "STOP",
    "rewound": "REWIND",
    "idle": "OK",
    "fresh": "STOP",
}


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_each_way_to_behave_has_its_word(cluster: Cluster) -> None:
    await make(cluster, GROUPS)
    await write(cluster, dict.fromkeys(GROUPS, 60))
    behaving = asyncio.create_task(_behave(cluster))
    seen: list[dict[str, str]] = []
    try:
        async with watching(cluster, *GROUPS) as watch:
            deadline = time.monotonic() + SECONDS + 20
            while time.monotonic() < deadline and (not seen or seen[-1] != EXPECTED):
                seen.append(words(await watch.look()))
                await asyncio.sleep(0.5)
            assert watch.hears_commits
    finally:
        behaving.cancel()
        await asyncio.wait([behaving])
    assert seen[-1] == EXPECTED
    assert "UNKNOWN" in {look["fresh"] for look in seen}
    assert not {look["steady"] for look in seen} & {"STALL", "STOP", "REWIND"}  # WARN: this machine was slow
    assert {look["idle"] for look in seen} == {"OK"}


async def _behave(cluster: Cluster) -> None:
    """Records keep coming to all but the idle one; each group commits in its way, twice a second."""
    async with (
        member(cluster, "steady") as steady,
        member(cluster, "stalled") as stalled,
        member(cluster, "rewound") as rewound,
    ):
        await _commit_once(cluster, "silent", 3)
        await _commit_once(cluster, "idle", 60)
        for turn in itertools.count():
            await write(cluster, dict.fromkeys(("steady", "stalled", "silent", "rewound"), 1))
            await _commit(cluster, steady, "steady", 61 + turn)
            await _commit(cluster, stalled, "stalled", 3)
            await _commit(cluster, rewound, "rewound", 40 + turn if turn < 6 else turn)
            await asyncio.sleep(0.4)


async def _commit(cluster: Cluster, consumer: Consumer, name: str, offset: int) -> None:
    await consumer.commit({place(cluster, name): offset})


async def _commit_once(cluster: Cluster, name: str, offset: int) -> None:
    async with member(cluster, name) as consumer:
        await _commit(cluster, consumer, name, offset)


@pytest.mark.asyncio
async def test_a_marker_at_the_end_is_no_lag(cluster: Cluster) -> None:
    await make(cluster, ["marked"])
    await write_in_transactions(cluster, "marked", 3)
    await _commit_once(cluster, "marked", 5)  # behind the last record, before its marker
    async with watching(cluster, "marked") as watch:
        (stage,) = (await watch.look()).stages
        assert (stage.partitions[0].end, stage.lag_records, stage.verdict) == (6, 0, "OK")
        await write_in_transactions(cluster, "marked", 2)
        (stage,) = (await watch.look()).stages
        assert (stage.partitions[0].end, stage.lag_records, stage.partitions[0].exact) == (10, 2, True)
        assert stage.lag_seconds is not None


@pytest.mark.asyncio
async def test_records_that_retention_removed_unread_are_told(cluster: Cluster) -> None:
    await make(cluster, ["short"])
    await write(cluster, {"short": 10})
    await _commit_once(cluster, "short", 2)
    admin = cluster.admin()
    try:
        await admin.start()
        await admin.delete_records({place(cluster, "short"): RecordsToDelete(before_offset=6)})
    finally:
        await admin.close()
    async with watching(cluster, "short") as watch:
        (stage,) = (await watch.look()).stages
    assert (stage.partitions[0].lost, stage.lag_records) == (4, 4)


@pytest.mark.asyncio
async def test_members_are_counted_and_an_empty_group_has_none(cluster: Cluster) -> None:
    await make(cluster, ["full", "empty"])
    consumer = cluster.group_consumer("full", GroupTiming("one"))
    consumer.subscribe([cluster.topic("full")])
    try:
        await consumer.start()
        async with watching(cluster, "full", "empty") as watch:
            full, empty = (await watch.look()).stages
    finally:
        await consumer.stop()
    assert (full.members, empty.members) == (1, 0)


@pytest.mark.asyncio
async def test_a_large_backlog_is_estimated_and_then_counted(cluster: Cluster) -> None:
    await make(cluster, ["large"])
    await write(cluster, {"large": 30_000})
    async with watching(cluster, "large") as watch:
        looks = [(await watch.look()).stages[0].partitions[0] for _ in range(40)]
    assert {one.lag_records for one in looks} == {30_000}
    assert not looks[0].exact
    assert looks[-1].exact
