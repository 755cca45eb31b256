"""How a stage is run: sizes, bounds and the hooks through which the outside watches."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from workers.runtime.contract import Record
from workers.runtime.exits import exit_in_doubt


@dataclass(frozen=True, slots=True)
class Progress:
    """What one committed batch did; counters for metrics. `seconds` covers prepare to commit."""

    stage: str
    partition: int
    next_offset: int
    records: int
    outputs: int
    dead_letters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Status:
    """What a partition is doing now: `opening`, `running`, `careful`, `paused`, `stopped` or `closed`, and why.

    `paused` waits for something else, `stopped` for people: our own code fails.
    """

    stage: str
    partition: int
    state: str
    reason: str = ""


def key_of(record: Record) -> object:
    """Who sent a record, as far as the runtime can know: its key."""
    return record.key


def _ignore(_: object) -> None:
    """The hook nobody set."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Times are in seconds. `commit_seconds` stays below `transaction_seconds`; preparing, committing and
    closing together stay below `rebalance_seconds`. Opening may take longer than the session.

    `tell_seconds` is how far the group's committed offset may lag behind the position.
    `most_per_second` is a quota of records for each partition (0: as fast as they come).
    `rest_seconds` is a pause after a small batch: fewer, larger commits, and a record that comes alone never waits.
    `instance` is the stable name of this worker slot (static membership: a restart resumes at once);
    `release` is the version of our code, so that a mended one is not judged by what the last one failed on;
    `prepare_in` (`module:function argument`, which returns the stage) lets processes of their own prepare, each record
    within `budget_seconds` of CPU and each batch within `prepare_seconds`; without it a thread does, which nobody
    can end.
    `missing_seconds` is how long what belongs to one record (a blob) is waited for, before its dead letter.
    `work_dir` keeps the progress files and the marks of crash loops (None: neither).
    """

    instance: str | None = None
    release: str = ""
    prepare_in: str = ""
    budget_seconds: float = 4.0
    missing_seconds: float = 3600.0
    work_dir: Path | None = None
    batch_records: int = 500
    inbox_records: int = 1_000
    max_record_bytes: int = 1_000_000
    max_dead_letter_bytes: int = 4_000_000
    session_seconds: float = 10.0
    heartbeat_seconds: float = 1.0
    rebalance_seconds: float = 60.0
    transaction_seconds: float = 20.0
    open_seconds: float = 120.0
    prepare_seconds: float = 20.0
    commit_seconds: float = 10.0
    record_seconds: float = 5.0
    close_seconds: float = 15.0
    retry_seconds: tuple[float, float] = (0.2, 30.0)
    rest_seconds: float = 0.015
    most_per_second: float = 0.0
    tell_seconds: float = 0.25
    stuck_seconds: float = 30.0
    observe: Callable[[Progress], None] = _ignore
    status: Callable[[Status], None] = _ignore
    sender_of: Callable[[Record], object] = key_of
    give_up: Callable[[str], NoReturn] = exit_in_doubt
