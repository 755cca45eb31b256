"""Small files that tell the next worker, or the outside, something useful: hints, never the truth.

A full disk must not end a worker or keep one from ending, so writing one never raises, and reading one takes
whatever lies there.
"""

import contextlib
import json
import logging
import time
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)
_QUIET_SECONDS = 60.0
_said: dict[Path, float] = {}


def write(path: Path | None, value: object) -> bool:
    """Replace the file atomically; whether it was possible. Said at most once a minute for each file."""
    if path is None:
        return False
    draft = path.with_suffix(".draft")
    try:
        draft.write_text(json.dumps(value))
        draft.replace(path)
    except (OSError, ValueError) as error:
        _complain(path, error)
        return False
    return True


def read(path: Path | None) -> dict[str, Any]:
    """The object in the file; empty when there is none, or it is torn, unreadable or no object."""
    try:
        found = {} if path is None else json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def remove(path: Path | None) -> None:
    """Take the file away; one that stays is only old."""
    if path is not None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def whole_number(value: object, default: int = 0) -> int:
    """A number out of such a file."""
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _complain(path: Path, error: Exception) -> None:
    now = time.monotonic()
    if now - _said.get(path, float("-inf")) >= _QUIET_SECONDS:
        _said[path] = now
        _log.warning("%s cannot be written (%s); the worker goes on without it", path, error)
