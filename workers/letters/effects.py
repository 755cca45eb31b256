"""Where letters leave the house: the lanes of one partition, fed only with what is committed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from channels.tasks import watched
from workers.letters import ledger, turns
from workers.letters.age import Age, may_be_pending
from workers.letters.lane import Lane
from workers.letters.ledger import Entry
from workers.letters.outlet import Outlet
from workers.letters.settings import LettersSettings
from workers.runtime.contract import Delta, EffectPort, Tables


class LetterEffects:
    """Sends what the ledger says is pending, each channel in its own lane, and forgets what is old."""

    def __init__(
        self, port: EffectPort, outlet: Outlet, settings: LettersSettings, clock: Callable[[], datetime]
    ) -> None:
        self._port = port
        self._settings = settings
        self._clock = clock
        self._lanes = {channel: Lane(channel, outlet, port, settings, clock) for channel in outlet.repliers}
        self._forgetting: asyncio.Task[None] | None = None

    def opened(self, tables: Tables) -> None:
        """Take up what the last owner left: his attempts are in doubt and wait until his lease has passed."""
        age = Age(self._clock(), self._settings.keep_days)
        old = []
        for key, value in tables.items(ledger.LEDGER):
            if may_be_pending(value):
                self._take(ledger.read_entry(key, value), inherited=True)
            elif age.is_over(key, value):
                old.append(key.decode())
        self._forgetting = watched(self._forget(old), "forgetting old letters")

    def committed(self, deltas: Sequence[Delta]) -> None:
        """Every entry that changed: new letters to send, claims that were granted, retries."""
        for delta in deltas:
            for key, value in delta.writes.get(ledger.LEDGER, {}).items():
                self._take(ledger.read_entry(key, value), inherited=False)

    async def close(self) -> None:
        """Let the letters on the wire end; nothing new begins."""
        if self._forgetting is not None:
            self._forgetting.cancel()
        await asyncio.gather(*(lane.close() for lane in self._lanes.values()))

    def _take(self, entry: Entry | None, inherited: bool) -> None:
        lane = self._lanes.get(entry.channel) if entry else None
        if entry is not None and lane is not None:
            lane.take(entry, inherited)

    async def _forget(self, keys: Sequence[str]) -> None:
        for key in keys:
            await self._port.room()
            now = self._clock()
            self._port.post(turns.record(turns.Forget(key=key, at=now), self._port.partition, now))
