"""Sessions that were signed out of, and links that were used: they stay dead over a restart of the door."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

_MOST = 10_000


class Sessions:
    """`file` None keeps them in memory only. Doors that share a data folder share them after their next start."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._ended: dict[str, float] = {}
        if file is not None:
            with suppress(OSError, ValueError):
                rows = (line.split() for line in file.read_text("ascii").splitlines())
                self._ended = {row[0]: float(row[1]) for row in rows if len(row) == 2}

    def ended(self, session: str, now: datetime) -> bool:
        """Whether it was ended before its time."""
        return self._ended.get(session, 0.0) > now.timestamp()

    def end(self, session: str, until: datetime) -> None:
        """It counts no more; `until` when its seal would have run out by itself."""
        now = until.timestamp()
        self._ended[session] = now
        if len(self._ended) > _MOST:
            self._ended.pop(next(iter(self._ended)))
        if self._file is not None:
            with suppress(OSError):  # a full disk: it is dead until the next start
                fresh = self._file.with_suffix(".new")
                fresh.touch(mode=0o600)
                fresh.write_text("".join(f"{one} {at:.0f}\n" for one, at in self._ended.items()), "ascii")
                fresh.replace(self._file)
