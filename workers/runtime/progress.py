"""Progress told to the outside, so that liveness can be judged without asking the process.

One small JSON file for each partition, replaced atomically, at most once a second. A file that is old says
that the event loop, the broker or a record holds the partition up, and that is all a supervisor must know.
"""

import json
import os
import time
from pathlib import Path

_EVERY_SECONDS = 1.0


class ProgressFile:
    """`work_dir`/STAGE-PARTITION.progress.json: stage, partition, pid, state, reason, next_offset, at.

    `at` is wall-clock seconds, `monotonic` the same moment by the clock that never jumps; `committed_at`
    the wall clock of the last commit (0: none yet).
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
        draft.write_text(json.dumps(self._facts | {"at": time.time(), "monotonic": now}))
        draft.replace(self._path)
