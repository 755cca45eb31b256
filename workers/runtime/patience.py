"""How long a record has been waiting for something of its own that is missing (a blob), across restarts."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from workers.runtime import hints
from workers.runtime.attempts import mark_of
from workers.runtime.contract import Record

_MOST_SECONDS = 1e12


class Patience:
    """`work_dir`/STAGE-PARTITION.waiting.json: mark, topic, partition, offset, waited (seconds), at (wall clock).

    Within a process the monotonic clock counts, across a restart the wall clock from the last look. The sum never
    falls, so a wall clock that was set back only does not count the time that the stage was down. Without a
    `work_dir` a restart begins at nothing.
    """

    def __init__(
        self,
        seconds: float,
        path: Path | None,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seconds, self._path, self._wall, self._clock = seconds, path, wall, clock
        kept = hints.read(path)
        mark, waited, at = kept.get("mark"), _seconds(kept.get("waited")), _seconds(kept.get("at"))
        self._mark = mark if isinstance(mark, str) and at else ""
        self._waited = waited + max(0.0, wall() - at) if self._mark else 0.0
        self._looked = clock()

    def is_over(self, record: Record) -> bool:
        """The record is still waited for; whether that was long enough."""
        now, mark = self._clock(), mark_of(record)
        self._waited = self._waited + now - self._looked if mark == self._mark else 0.0
        self._mark, self._looked = mark, now
        place = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
        hints.write(self._path, {"mark": mark, **place, "waited": round(self._waited, 3), "at": self._wall()})
        return self._waited >= self._seconds

    def done(self, records: Iterable[Record]) -> None:
        """These came to their end; nothing is kept of the one that was waited for."""
        if self._mark and any(mark_of(record) == self._mark for record in records):
            self._mark, self._waited = "", 0.0
            hints.remove(self._path)


def _seconds(value: object) -> float:
    """A time out of the file; 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 <= value < _MOST_SECONDS else 0.0
