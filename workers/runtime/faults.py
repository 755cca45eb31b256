"""When a stage should stop itself: our own code fails for many people, not for one odd record.

What counts is who sent the records that our code failed on, as far as that was read and proven: a limit on
distinct people keeps one person's odd mails from stopping everybody; a share of the recent records keeps a rare
bug from doing so. Unreadable input never counts. Where our readers themselves fail nobody was read, so nobody can
be counted: then the stage is tried on samples that no stranger made, and stops only if it cannot read those.

The window is kept in a file when it trips. A record that counted once never counts again, so that a restart goes
on behind the same records, and does not turn another nineteen people's into dead letters first.
"""

import hashlib
import time
from collections import deque
from pathlib import Path

from workers.runtime import hints

_SENDERS = 20
_SHARE = 0.2
_RECENT = 500
_REMEMBER_SECONDS = 3600.0
_SUSPICIOUS = 20
"""So many failures of which nobody can be named are a reason to try the samples."""
_HOPELESS = 50
"""A stage without samples stops when so many failed and none went through."""

Entry = tuple[str, str] | None


class FaultWindow:
    """The recent records of a stage in this process: None for one that went through, else (mark, sender's digest).

    `release` is the version of our code: another one is not judged by what this one did.
    """

    def __init__(self, work_dir: Path | None, stage: str, release: str = "") -> None:
        self._path = None if work_dir is None else work_dir / f"{stage}.faults.json"
        self._release = release
        entries = self._remembered()
        self._recent: deque[Entry] = deque(entries, maxlen=_RECENT)
        self._counted = {entry[0] for entry in entries if entry is not None}
        self._before = set(self._counted)
        self._nameless = 0

    def passed(self) -> None:
        """A record went through, or was unreadable."""
        self._recent.append(None)

    def failed(self, mark: str, sender: object) -> bool:
        """Our own code raised on a record of somebody known; whether that is one too many."""
        if mark in self._before:
            return False
        self._count(mark, hashlib.sha256(repr(sender).encode("utf-8", "backslashreplace")).hexdigest())
        failures = [entry for entry in self._recent if entry is not None]
        people = {digest for _, digest in failures if digest}
        tripped = len(people) >= _SENDERS and len(failures) >= _SHARE * len(self._recent)
        if tripped:
            hints.write(self._path, {"release": self._release, "recent": list(self._recent)})
        return tripped

    def failed_nameless(self, mark: str) -> None:
        """Our own code raised, and nobody can say whose record it was."""
        if mark not in self._counted:
            self._count(mark, "")
            self._nameless += 1

    @property
    def suspicious(self) -> bool:
        """Whether it is time to try the samples."""
        return self._nameless >= _SUSPICIOUS

    @property
    def hopeless(self) -> bool:
        """Whether many failed and nothing at all went through."""
        return len(self._recent) >= _HOPELESS and None not in self._recent

    def cleared(self) -> None:
        """The samples went through: it is the input."""
        self._nameless = 0

    def _count(self, mark: str, digest: str) -> None:
        if mark in self._counted:
            return
        if len(self._counted) > 2 * _RECENT:
            self._counted = {entry[0] for entry in self._recent if entry is not None}
        self._counted.add(mark)
        self._recent.append((mark, digest))

    def _remembered(self) -> list[Entry]:
        try:
            if self._path is None or time.time() - self._path.stat().st_mtime > _REMEMBER_SECONDS:
                return []
        except OSError:
            return []
        kept = hints.read(self._path)
        found = kept.get("recent") if kept.get("release") == self._release else None
        if not isinstance(found, list):
            return []
        return [_entry(one) for one in found]


def _entry(one: object) -> Entry:
    if isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one):
        return one[0], one[1]
    return None
