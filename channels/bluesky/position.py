"""How far Bluesky was read: notifications by the time they were indexed, direct messages by the log's cursor. Pure."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Self

OVERLAP = timedelta(seconds=60)
"""Notifications are indexed by several hands: one may appear behind the newest."""


@dataclass(frozen=True, slots=True)
class Position:
    """`notified_at` is RFC 3339; `chat` opaque. Up to `backfill_to` it was there before the first start.

    `taken` names the delivery this position was written with: no two have the same.
    """

    notified_at: str = ""
    chat: str = ""
    backfill_to: str = ""
    taken: str = ""

    def text(self) -> str:
        """The position as it is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `text()`."""
        return cls(**json.loads(text))

    @property
    def read_from(self) -> str:
        """Read again from here: some seconds behind."""
        if not self.notified_at:
            return ""
        at = datetime.fromisoformat(self.notified_at) - OVERLAP
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
