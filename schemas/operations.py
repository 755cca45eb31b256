"""How the house is doing, in one picture: what the live page shows and what `monitor` measures."""

from typing import Literal

from pydantic import Field

from schemas.wire import Moment, Wire

Verdict = Literal["OK", "WARN", "STALL", "STOP", "REWIND", "UNKNOWN"]
"""Burrow's words for a group on a partition; UNKNOWN until there is enough to judge by."""


class StageState(Wire):
    """One stage. Lag in seconds is the age of its oldest record not yet processed; None when it has none."""

    name: str
    records_per_second: float = 0.0
    lag_records: int = 0
    lag_seconds: float | None = None
    verdict: Verdict = "UNKNOWN"


class Operations(Wire):
    """The whole picture. `longest_waiting_seconds` is the complainant who waits longest for an answer."""

    at: Moment
    longest_waiting_seconds: float | None = None
    longest_waiting_reference: str = ""
    waiting: int = 0
    dead_letters: int = 0
    spooled: int = 0
    received_today: int = 0
    acknowledged_today: int = 0
    stages: list[StageState] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    """Sentences for a person: what is away, what stands still."""
