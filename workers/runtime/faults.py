"""When a stage should stop itself: our own code fails for many people, not for one odd record.

Unreadable input never counts. A limit on distinct senders keeps one person's odd mails from stopping
everybody; a share of the recent records keeps a rare bug from doing so. The window is kept in a file when
it trips, so that a restart does not turn another nineteen people's records into dead letters.
"""

import contextlib
import hashlib
import json
import time
from collections import deque
from pathlib import Path

from pydantic import TypeAdapter

_SENDERS = 20
_SHARE = 0.2
_RECENT = 500
_REMEMBER_SECONDS = 3600.0
_WINDOW: TypeAdapter[list[str | None]] = TypeAdapter(list[str | None])


class FaultWindow:
    """The recent records of a partition: None for one that went through, else a digest of its sender."""

    def __init__(self, work_dir: Path | None, stage: str, partition: int) -> None:
        self._path = None if work_dir is None else work_dir / f"{stage}-{partition}.faults.json"
        self._recent: deque[str | None] = deque(self._remembered(), maxlen=_RECENT)

    def passed(self) -> None:
        """A record went through, or was unreadable."""
        self._recent.append(None)

    def failed(self, sender: object) -> bool:
        """Our own code raised on a record; whether that is one too many."""
        self._recent.append(hashlib.sha256(repr(sender).encode()).hexdigest())
        failures = [digest for digest in self._recent if digest is not None]
        tripped = len(set(failures)) >= _SENDERS and len(failures) >= _SHARE * len(self._recent)
        if tripped and self._path is not None:
            with contextlib.suppress(OSError):  # the process is about to end, and for a worse reason
                self._path.write_text(json.dumps(list(self._recent)))
        return tripped

    def _remembered(self) -> list[str | None]:
        try:
            if self._path is None or time.time() - self._path.stat().st_mtime > _REMEMBER_SECONDS:
                return []
            return _WINDOW.validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            return []
