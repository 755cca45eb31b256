"""The stage on a real Kafka: it goes on where it was, and commits seldom when it may rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schemas import topics
from schemas.insight import FeedItem
from schemas.relation import Relation
from tests.integration.dead_letters.house import PARTITIONS, House
from tests.integration.runtime.harness import read_all
from tests.patience import until
from tests.unit.relate.feeding import LETTER, item
from workers.relate.stage import Relate
from workers.relate.window import Windows
from workers.runtime.options import Progress, RunOptions
from workers.runtime.run import run_stage

SECONDS = 30.0


class Feed:
    """Finished events on their topic, and what relate proposes."""

    def __init__(self, house: House) -> None:
        self._cluster = house.cluster
        self.commits: list[Progress] = []

    async def tell(self, *items: FeedItem, every_seconds: float = 0.0) -> None:
        """One record after the other."""
        producer = self._cluster.producer()
        try:
            await producer.start()
            for one in items:
                topic = self._cluster.topic(topics.INSIGHT_FEED.name)
                await producer.send_and_wait(topic, one.to_bytes(), key=one.event_id.encode())
                await asyncio.sleep(every_seconds)
        finally:
            await producer.stop()

    async def proposed(self) -> list[Relation]:
        """All of it."""
        records = await read_all(self._cluster, topics.MESSAGES.name, PARTITIONS)
        return [Relation.from_bytes(record.value) for record in records]

    async def until_proposed(self, count: int) -> list[Relation]:
        """All of it once there is so much."""

        async def enough() -> bool:
            return len(await self.proposed()) >= count

        await until(enough, SECONDS, f"{count} proposals")
        return await self.proposed()

    @asynccontextmanager
    async def relating(self, rest_seconds: float = 0.0) -> AsyncIterator[None]:
        """The stage at work, new and without a memory but its tables."""
        stop = asyncio.Event()
        options = RunOptions(
            instance="relate-1", session_seconds=6.0, rest_seconds=rest_seconds, observe=self.commits.append
        )
        running = asyncio.create_task(run_stage(Relate(Windows(1_000), 0.7), self._cluster, options, stop))
        try:
            yield
        finally:
            stop.set()
            await running


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_started_again_it_knows_what_it_knew_and_proposes_nothing_twice(house: House) -> None:
    feed = Feed(house)
    async with feed.relating():
        await feed.tell(item(1), item(2))
        before = await feed.until_proposed(2)
    async with feed.relating():
        await feed.tell(item(1), item(2), item(3, LETTER.upper()))
        after = await feed.until_proposed(3)
    assert {one.reference for one in before} == {"case1", "case2"}
    assert sorted(one.reference for one in after) == ["case1", "case2", "case3"]
    assert [one.people for one in after if one.reference == "case3"] == [3]


@pytest.mark.timeout(300)
@pytest.mark.asyncio
async def test_a_stage_that_may_rest_commits_seldom(house: House) -> None:
    feed, records = Feed(house), 40
    async with feed.relating(rest_seconds=1.0):
        await feed.tell(*(item(number) for number in range(1, records + 1)), every_seconds=0.05)
        await until(lambda: sum(one.records for one in feed.commits) >= records, SECONDS, "all committed")
    assert len(feed.commits) <= records // 2
