"""Which dead letters are meant: the filters of `list`, `replay` and `discard`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from workers.replay.shelf import Shelved


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty fields mean any. `since` and `until` are compared with when the letter was last seen."""

    stage: str = ""
    cause: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def chosen(self, letters: Iterable[Shelved]) -> list[Shelved]:
        """Those that are meant, the oldest first."""
        return sorted(filter(self._meant, letters), key=lambda one: (one.letter.last_seen, one.letter.key))

    def _meant(self, one: Shelved) -> bool:
        letter = one.letter
        return (
            self.stage in ("", letter.stage)
            and self.cause in ("", letter.cause)
            and self.channel in ("", letter.channel)
            and (self.since is None or letter.last_seen >= self.since)
            and (self.until is None or letter.last_seen < self.until)
        )
