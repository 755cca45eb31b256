"""What lies between where a group stands and the end: records, transaction markers, or nothing any more.

An end offset is no count. Behind every transaction stands a marker, compaction leaves holes, aborted records
are never read; so the stretch itself is read, a bounded piece at a time.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workers.monitor.survey import Spot
from workers.storage.kafka import Cluster, Consumer, TopicPartition

PIECE_BYTES = 128 * 1024
_MOST_RECORDS = 2_000
_WAIT_SECONDS = 1.0
IsOwn = Callable[[Any], bool]
"""Whether nobody waits for a record: it is of the house's own making, or brings no complaint."""


def nobodys(record: Any) -> bool:
    """Where the house's own complaints are not known, somebody waits for every record."""
    return False


@dataclass(slots=True)
class Stretch:
    """One partition from `start` on: `records` were counted up to `reached`.

    `oldest` is the first of them, `oldest_person` the first that somebody waits for; behind
    `records_end` none was found.
    """

    start: int
    reached: int
    records_end: int
    records: int = 0
    oldest: Any = None
    oldest_person: Any = None

    def lag(self, end: int) -> tuple[int, bool]:
        """Records up to `end`, and whether they were all counted; what was not is estimated by density."""
        left = end - self.reached
        if left <= 0:
            return self.records, True
        return self.records + max(1, round(left * self.density)), False

    def add(self, records: Sequence[Any], reached: int, is_own: IsOwn = nobodys) -> None:
        """What a piece held, and how far it went."""
        self.records += len(records)
        self.oldest = self.oldest or next(iter(records), None)
        self.oldest_person = self.oldest_person or next((one for one in records if not is_own(one)), None)
        self.reached = max(self.reached, reached)
        if records:
            self.records_end = records[-1].offset + 1

    @property
    def density(self) -> float:
        """Records for each offset of what was read; 1 while nothing was."""
        width = self.reached - self.start
        return self.records / width if width > 0 and self.records else 1.0


class Backlog:
    """Keeps one stretch for each place; a group that did not move costs nothing to look at again."""

    def __init__(self, cluster: Cluster, is_own: IsOwn) -> None:
        self._cluster = cluster
        self._is_own = is_own
        self._reader: Consumer = cluster.reader(fetch_bytes=PIECE_BYTES)
        self._known: dict[tuple[str, Spot], Stretch] = {}

    async def open(self) -> None:
        """Connect."""
        await self._reader.start()

    async def close(self) -> None:
        """Give the connection back."""
        await self._reader.stop()

    async def measure(self, group: str, wanted: Mapping[Spot, tuple[int, int]]) -> dict[Spot, Stretch]:
        """The stretches of one group from where it stands to the end, as (start, end), a piece further read."""
        for spot, (start, _) in wanted.items():
            known = self._known.get((group, spot))
            if known is None or known.start != start:
                self._known[group, spot] = Stretch(start, start, start)
        stretches = {spot: self._known[group, spot] for spot in wanted}
        behind = {spot: one for spot, one in stretches.items() if one.reached < wanted[spot][1]}
        if behind:
            await self._read(behind, {spot: wanted[spot][1] for spot in behind})
        return stretches

    async def _read(self, stretches: Mapping[Spot, Stretch], ends: Mapping[Spot, int]) -> None:
        places = {TopicPartition(self._cluster.topic(name), number): (name, number) for name, number in ends}
        self._reader.assign(list(places))
        for place, spot in places.items():
            self._reader.seek(place, stretches[spot].reached)
        waiting = set(places)
        deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
        while waiting and asyncio.get_running_loop().time() < deadline:
            got = await self._reader.getmany(*waiting, timeout_ms=100, max_records=_MOST_RECORDS)
            for place in list(waiting):
                position = await self._reader.position(place)
                stretch, records = stretches[places[place]], got.get(place, [])
                stretch.add(records, position, self._is_own)
                if records or position >= ends[places[place]]:
                    waiting.discard(place)
        self._reader.unsubscribe()
