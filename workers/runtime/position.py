"""Where a partition goes on: the place in the input that the last transaction reached.

Three sources say it, and none alone is enough: the group's committed offset may lag, the changelog's
record is missing for a stage without tables, and retention may have removed what comes next.
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Start:
    """The offset to start from, records lost to retention before it, and what is odd (or nothing)."""

    offset: int
    lost: int = 0
    remark: str = ""


def start_from(log_start: int, committed: int | None, recorded: int | None) -> Start:
    """The latest of log start, committed offset and the offset in the changelog.

    A committed offset below the recorded one is ignored: a rewind is an explicit command.
    """
    known = [offset for offset in (committed, recorded) if offset is not None]
    if not known:
        return Start(log_start)
    reached = max(known)
    if reached < log_start:
        return Start(
            log_start, log_start - reached, f"retention removed {reached}..{log_start - 1} unprocessed"
        )
    if committed is not None and recorded is not None and committed < recorded:
        return Start(
            reached, 0, f"committed offset {committed} is behind the changelog's {recorded}: ignored"
        )
    return Start(reached)


def encode_position(source: str, next_offset: int) -> bytes:
    """The changelog's record of the position; `source` is the plain topic name."""
    return json.dumps({"source": source, "next": next_offset}).encode()


def decode_position(source: str, value: bytes | None) -> int | None:
    """The next offset, or None when nothing is recorded for this source."""
    if value is None:
        return None
    said = json.loads(value)
    return int(said["next"]) if said["source"] == source else None
