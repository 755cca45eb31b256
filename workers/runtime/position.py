"""Where a partition goes on: the place in the input that the last transaction reached.

Three sources say it, and none alone is enough: the group's committed offset may lag, the changelog's
record is missing for a stage without tables, and retention may have removed what comes next.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from workers.runtime.exits import Doubt


class StateLost(Doubt):
    """The state and the position contradict each other: going on would be guessing."""


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
    of: int | None = None
    """How many partitions the source had then: keys lie elsewhere when that has changed."""
    tables: tuple[str, ...] = ()
    """Those that held something by then, so that their changelogs are not empty."""


def start_from(log_start: int, committed: int | None, recorded: Position | None) -> Start:
    """The latest of log start, committed offset and the offset in the changelog.

    The group is told a little later, so its offset may lie behind. One that lies behind what it had been told
    was set back by hand; it is ignored: a rewind is an explicit command.
    """
    known = [offset for offset in (committed, recorded.next if recorded else None) if offset is not None]
    if not known:
        gone = f"nothing was ever read here, and retention removed 0..{log_start - 1}" if log_start else ""
        return Start(log_start, log_start, gone)
    reached = max(known)
    if reached < log_start:
        return Start(
            log_start, log_start - reached, f"retention removed {reached}..{log_start - 1} unprocessed"
        )
    told = recorded.told if recorded else None
    if committed is not None and told is not None and committed < told:
        return Start(reached, 0, f"committed offset {committed} was set back from {told}: ignored")
    return Start(reached)


def encode_position(
    source: str,
    next_offset: int,
    told: int | None = None,
    of: int | None = None,
    tables: Iterable[str] = (),
) -> bytes:
    """The changelog's record of the position; `source` is the plain topic name, `of` its number of partitions,
    `tables` those that hold something."""
    said: dict[str, Any] = {"source": source, "next": next_offset, "told": told}
    if of is not None:
        said["of"] = of
    held = sorted(tables)
    return json.dumps({**said, "tables": held} if held else said).encode()


def check_state(
    name: str,
    partition: int,
    committed: int | None,
    recorded: Position | None,
    of: int,
    untouched: Collection[str] = (),
) -> None:
    """Raises StateLost for a stage whose state is gone, or was written for another number of partitions.

    `untouched`: tables in whose changelog nothing has ever been written. What retention took leaves its offsets.
    """
    gone = recorded is not None and not set(recorded.tables).isdisjoint(untouched)
    reached = recorded.next if recorded is not None and gone else committed
    if reached is not None and (recorded is None or gone):
        raise StateLost(
            f"{name} had read partition {partition} up to {reached}, and its changelog no longer says so: what it "
            "remembered is lost, and cases may open twice or letters go twice. Restore the changelog; or go on "
            f"without it, knowingly: `gateway rewind {name} {partition} {reached}`"
        )
    if recorded is not None and recorded.of is not None and recorded.of != of:
        raise StateLost(
            f"{name} wrote its state when its input had {recorded.of} partitions; it has {of} now, so that people's "
            "records no longer meet their state. Make the topic anew with the old number and replay, or move to a "
            "new topic prefix"
        )


def decode_position(source: str, value: bytes | None) -> Position | None:
    """The position, or None when nothing is recorded for this source."""
    if value is None:
        return None
    said = json.loads(value)
    if said["source"] != source:
        return None
    return Position(int(said["next"]), said.get("told"), said.get("of"), tuple(said.get("tables", ())))
