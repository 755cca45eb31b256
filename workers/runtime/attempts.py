"""Crash loops: which record was being tried when a worker died, and how often it died at the same place.

After two unclean ends at the same offset the partition takes one record at a time and says beforehand which
one. If that ends the process twice, the record is known and becomes a dead letter. Once is no proof: a worker that
somebody else kills again and again dies at some record, too. Only the time in our own code counts (prepare and
step), so a worker killed while it waits for the broker accuses no record.
The marks survive kill -9 without fsync: the page cache outlives the process.
"""

import hashlib
from pathlib import Path

from workers.runtime import hints
from workers.runtime.contract import INTERNAL_OFFSET, Record

_DEATHS_BEFORE_CARE = 2
_DEATHS_OF_A_KILLER = 2


def mark_of(record: Record) -> str:
    """What names a record across restarts: its place, or its content for one that effects posted."""
    if record.offset != INTERNAL_OFFSET:
        return f"{record.topic}/{record.partition}/{record.offset}"
    return hashlib.sha256(repr((record.topic, record.key, record.value)).encode()).hexdigest()


class Attempts:
    """The marks of one partition. Without a `work_dir` nothing is kept and no crash loop is noticed."""

    def __init__(self, work_dir: Path | None, stage: str, partition: int) -> None:
        self._path = None if work_dir is None else work_dir / f"{stage}-{partition}.attempts.json"
        self._open = False
        self._died_at = -1
        self._deaths = 0
        self._care_left = 0
        self._suspect: str | None = None
        self._suspected = 0

    def begin(self, start: int, care: int) -> None:
        """A worker opens the partition at `start`; `care` records are taken singly if it died here twice."""
        self._load()
        if self._died_at != start:
            self._deaths = 0
        self._deaths += self._open
        self._died_at, self._open = start, True
        self._care_left = care if self._deaths >= _DEATHS_BEFORE_CARE or self._suspect else 0
        self._save(None)

    @property
    def killer(self) -> str | None:
        """The mark of the record that is to be tried no more."""
        return self._suspect if self._suspected >= _DEATHS_OF_A_KILLER else None

    @property
    def careful(self) -> bool:
        """Whether records are taken one at a time."""
        return self._care_left > 0

    def trying(self, record: Record) -> None:
        """Our own code is about to see this record."""
        self._save(mark_of(record))

    def survived(self, record: Record) -> None:
        """Our own code came back, whatever it answered; or the record has its dead letter."""
        self._care_left -= 1
        if mark_of(record) == self._suspect:
            self._suspect, self._suspected = None, 0
        self._save(None)

    def end(self) -> None:
        """The worker ends on purpose, be it gracefully or in doubt about the broker."""
        if self._open:
            self._open = False
            self._save(None)

    def _load(self) -> None:
        marks = hints.read(self._path)
        self._open = bool(marks.get("open", False))
        self._died_at = hints.whole_number(marks.get("died_at"), -1)
        self._deaths = hints.whole_number(marks.get("deaths"))
        suspect, died_trying = marks.get("suspect"), marks.get("trying")
        self._suspect = suspect if isinstance(suspect, str) else None
        self._suspected = hints.whole_number(marks.get("suspected"))
        if isinstance(died_trying, str):
            self._suspected = self._suspected + 1 if died_trying == self._suspect else 1
            self._suspect = died_trying

    def _save(self, trying: str | None) -> None:
        marks = {
            "open": self._open, "died_at": self._died_at, "deaths": self._deaths,
            "trying": trying, "suspect": self._suspect, "suspected": self._suspected,
        }  # fmt: skip
        hints.write(self._path, marks)
