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


@dataclass(frozen=True, slots=True)
class Position:
    """What the changelog says: the next offset, and what the group had been told by then (None: not recorded)."""

    next: int
    told: int | None = None


def start_from(log_start: int, committed: int | None, recorded: Position | None) -> Start:
    """The latest of log start, committed offset and the offset in the changelog.

    The group is told a little later, so its offset may lie behind. One that lies behind what it had been told
    was set back by hand; it is ignored: a rewind is an explicit command.
    """
    known = [offset for offset in (committed, recorded.next if recorded else None) if offset is not None]
    if not known:
        return Start(log_start)
    reached = max(known)
    if reached < log_start:
        return Start(
            log_start, log_start - reached, f"retention removed {reached}..{log_start - 1} unprocessed"
        )
    told = recorded.told if recorded else None
    if committed is not None and told is not None and committed < told:
        return Start(reached, 0, f"committed offset {committed} was set back from {told}: ignored")
    return Start(reached)


def encode_position(source: str, next_offset: int, told: int | None = None) -> bytes:
    """The changelog's record of the position; `source` is the plain topic name."""
    return json.dumps({"source": source, "next": next_offset, "told": told}).encode()


def decode_position(source: str, value: bytes | None) -> Position | None:
    """The position, or None when nothing is recorded for this source."""
    if value is None:
        return None
    said = json.loads(value)
    return Position(int(said["next"]), said.get("told")) if said["source"] == source else None
