"""The ways out that a worker has, and how busy each is: shared by all partitions of the worker."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.contract import Replier
from schemas.names import ChannelName
from workers.letters.settings import LettersSettings

_AHEAD = 2
"""Letters per sender that may hold a lease at once: the rest stays due, so a crash leaves few in doubt."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Repliers by channel; closed by who made them. `waiting` counts the letters in each channel's lanes."""

    repliers: Mapping[ChannelName, Replier]
    waiting: Counter[ChannelName] = field(default_factory=Counter)

    def room(self, settings: LettersSettings) -> dict[ChannelName, int]:
        """How many more letters of each channel can be sent soon."""
        return {
            channel: settings.lane_width(channel) * _AHEAD - self.waiting[channel]
            for channel in self.repliers
        }
