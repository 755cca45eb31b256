"""Progress told to the outside, so that liveness can be judged without asking the process.

One small JSON file for each partition, replaced atomically, at most once a second. A file that is old says
that the event loop, the broker or a record holds the partition up, and that is all a supervisor must know.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_EVERY_SECONDS = 1.0
_AHEAD_SECONDS = 5.0
"""A file from further in the future was written before the wall clock was set back: its time says nothing."""


class ProgressFile:
    """`work_dir`/STAGE-PARTITION.progress.json: stage, partition, pid, state, reason, next_offset, at.

    `at` is wall-clock seconds, `monotonic` the same moment by the clock that never jumps; `committed_at`
    the wall clock of the last commit (0: none yet). A disk that takes no bytes holds nothing up: then the file is
    only touched, which needs no room.
    """

    def __init__(self, work_dir: Path | None, stage: str, partition: int) -> None:
        self._path = None if work_dir is None else work_dir / f"{stage}-{partition}.progress.json"
        self._facts: dict[str, object] = {
            "stage": stage,
            "partition": partition,
            "pid": os.getpid(),
            "committed_at": 0.0,
        }
        self._written = float("-inf")

    def state(self, state: str, reason: str = "") -> None:
        """A change of state, written at once."""
        self._facts |= {"state": state, "reason": reason}
        self._write(time.monotonic())

    def committed(self, next_offset: int) -> None:
        """A batch was committed."""
        self._facts |= {"next_offset": next_offset, "committed_at": time.time()}
        self.alive()

    def alive(self) -> None:
        """The loop turned, with or without records."""
        now = time.monotonic()
        if now - self._written >= _EVERY_SECONDS:
            self._write(now)

    def _write(self, now: float) -> None:
        self._written = now
        if self._path is None:
            return
        draft = self._path.with_suffix(".draft")
        try:
            draft.write_text(json.dumps(self._facts | {"at": time.time(), "monotonic": now}))
            draft.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                os.utime(self._path)


@dataclass(frozen=True, slots=True)
class Told:
    """What a progress file says, and when it was touched last (wall clock)."""

    stage: str
    partition: int
    pid: int
    state: str
    reason: str
    monotonic: float
    touched: float

    def age(self, now: float) -> float:
        """Seconds since it told of itself. `now` is monotonic; the file's own time counts when the disk was full."""
        since_touched = time.time() - self.touched
        since_told = now - self.monotonic
        return since_told if since_touched < -_AHEAD_SECONDS else min(since_told, since_touched)


def read_progress(work: Path) -> Iterator[Told]:
    """All progress files below `work`. One that is damaged, or just being removed, is left out."""
    for path in sorted(work.glob("*/*.progress.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            yield _told(json.loads(path.read_bytes()), path.stat().st_mtime)


def _told(facts: dict[str, Any], touched: float) -> Told:
    return Told(
        stage=str(facts["stage"]),
        partition=int(facts["partition"]),
        pid=int(facts["pid"]),
        state=str(facts["state"]),
        reason=str(facts.get("reason", "")),
        monotonic=float(facts["monotonic"]),
        touched=touched,
    )
