"""The ways out that a worker has, and how busy each is: shared by all partitions of the worker."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.contract import Replier
from schemas.names import ChannelName
from workers.letters.ledger import Entry
from workers.letters.settings import LettersSettings
from workers.letters.sink import SINK

_AHEAD = 2
"""Letters per sender that may hold a lease at once: the rest stays due, so a crash leaves few in doubt."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Repliers by channel. `waiting` counts the letters in each channel's lanes."""

    repliers: Mapping[ChannelName, Replier]
    waiting: Counter[ChannelName] = field(default_factory=Counter)

    def way(self, entry: Entry) -> Replier:
        """Who takes this letter: its channel's provider, or the sink for one of the house's own making."""
        return SINK if entry.synthetic else self.repliers[entry.channel]

    def room(self, settings: LettersSettings) -> dict[ChannelName, int]:
        """How many more letters of each channel can be sent soon."""
        return {
            channel: settings.lane_width(channel) * _AHEAD - self.waiting[channel]
            for channel in self.repliers
        }

    async def aclose(self) -> None:
        """Close what the repliers keep open."""
        await asyncio.gather(*(replier.aclose() for replier in self.repliers.values()))
