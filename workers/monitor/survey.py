"""What Kafka knows of the groups: where partitions begin and end, where groups stand, who is in them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from schemas.errors import Misconfigured
from workers.monitor.offset_commits import TOPIC as OFFSETS
from workers.storage.closing import let_go
from workers.storage.kafka import Cluster, NoCoordinator, TopicPartition

_TRIES = 20
_TRY_AGAIN_SECONDS = 0.2
Spot = tuple[str, int]
"""A plain topic name and a partition of it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """From the first record that is still there to the end that readers of committed records may reach."""

    first: int
    end: int


class Survey:
    """Asks a cluster; `open` first. Every method raises KafkaError when it is away."""

    def __init__(self, cluster: Cluster, topics: Sequence[str]) -> None:
        self._cluster = cluster
        self._names = [cluster.topic(name) for name in topics]
        self._admin = cluster.admin()
        self._reader = cluster.reader()
        self._places: list[TopicPartition] = []

    async def open(self) -> None:
        """Connect and learn the partitions. Raises Misconfigured when a topic is missing."""
        await self._admin.start()
        await self._reader.start()
        told = {one["topic"]: one for one in await self._admin.describe_topics(self._names)}
        for name in self._names:
            if name not in told or told[name]["error_code"]:
                raise Misconfigured(name, "is no topic of this cluster; run `gateway topics apply`")
            self._places += [TopicPartition(name, one["partition"]) for one in told[name]["partitions"]]

    async def offsets_partitions(self) -> int:
        """How many partitions the topic of all commits has: none before the cluster's first group."""
        (told,) = await self._admin.describe_topics([OFFSETS])
        return 0 if told["error_code"] else len(told["partitions"])

    async def reaches(self) -> dict[Spot, Reach]:
        """Where each partition begins and ends."""
        first = await self._reader.beginning_offsets(self._places)
        end = await self._reader.end_offsets(self._places)
        plain = self._cluster.plain
        return {
            (plain(place.topic), place.partition): Reach(first[place], end[place]) for place in self._places
        }

    async def committed(self, group: str) -> dict[Spot, int]:
        """Where a group stands; a partition in which it never committed is left out."""
        name = self._cluster.topic(group)
        found = await _patiently(partial(self._admin.list_consumer_group_offsets, name))
        plain = self._cluster.plain
        return {
            (plain(place.topic), place.partition): told.offset
            for place, told in found.items()
            if told.offset >= 0
        }

    async def members(self, groups: Sequence[str]) -> dict[str, frozenset[str]]:
        """The ids of each group's members, given anew whenever a process joins; none where nobody ever joined.

        One question for each group: the client misreads an answer about several.
        """
        found = {}
        for group in groups:
            name = self._cluster.topic(group)
            (answer,) = await _patiently(partial(self._admin.describe_consumer_groups, [name]))
            found[group] = frozenset(str(member[0]) for member in answer.groups[0][5])
        return found

    async def close(self) -> None:
        """Give the connections back."""
        await let_go(self._reader.stop(), self._admin.close())


async def _patiently(ask: Callable[[], Awaitable[Any]]) -> Any:
    """A group is looked after by nobody for a moment when its broker changes, or it is the cluster's first."""
    for _ in range(_TRIES):
        try:
            return await ask()
        except NoCoordinator:
            await asyncio.sleep(_TRY_AGAIN_SECONDS)
    return await ask()
