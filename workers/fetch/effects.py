"""Where media come in: a lane for each host, fed only with what the ledger has committed."""

import asyncio
from collections.abc import Sequence

from schemas.media import MediaWanted
from workers.fetch import ledger, rule, turns
from workers.fetch.fetcher import Fetcher
from workers.fetch.lane import Lane
from workers.fetch.ledger import Entry
from workers.fetch.settings import FetchSettings
from workers.runtime.contract import Delta, EffectPort, Tables

_LANES_KEPT = 64
"""Idle lanes are swept when there are more: strangers choose the hosts."""
_MOST_WAIT_SECONDS = 3600.0
"""However long a provider asks us to wait: a clock that was set back must not make it days."""


class FetchEffects:
    """One partition's lanes. `slots` bounds the downloads of the whole worker, all partitions together."""

    def __init__(
        self, port: EffectPort, fetcher: Fetcher, settings: FetchSettings, slots: asyncio.Semaphore
    ) -> None:
        self._port, self._fetcher, self._settings, self._slots = port, fetcher, settings, slots
        self._lanes: dict[str, Lane] = {}

    def opened(self, tables: Tables) -> None:
        """Take up everything that is still wanted: a download that was cut off begins anew."""
        for _, value in tables.items(ledger.LEDGER):
            self._take(Entry.from_bytes(value))

    def committed(self, deltas: Sequence[Delta]) -> None:
        """What is newly wanted, and what is to be tried again."""
        for delta in deltas:
            for value in delta.writes.get(ledger.LEDGER, {}).values():
                if value is not None:
                    self._take(Entry.from_bytes(value))

    async def close(self) -> None:
        """Nothing goes on; nothing is lost by that."""
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))

    def _take(self, entry: Entry) -> None:
        name = rule.lane_of(entry.wanted)
        if name not in self._lanes:
            self._sweep()
            self._lanes[name] = Lane(self._attempt, self._settings.lane_width)
        due = entry.next_attempt_at
        wait = (due - self._fetcher.clock()).total_seconds() if due else 0.0
        self._lanes[name].take(entry.wanted, min(wait, _MOST_WAIT_SECONDS))

    def _sweep(self) -> None:
        if len(self._lanes) >= _LANES_KEPT:
            for name in [name for name, lane in self._lanes.items() if lane.idle]:
                self._lanes.pop(name).stop()

    async def _attempt(self, wanted: MediaWanted) -> bool:
        await self._port.room()
        async with self._slots:
            ended = await self._fetcher.attempt(wanted)
        self._port.post(turns.record(ended, self._port.partition, ended.at))
        return ended.end != "away"
