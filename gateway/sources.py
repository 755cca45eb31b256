"""How each account that is collected from fares: told by the process that collects, read by the monitor and `doctor`.

A file for each process in the data folder, as workers tell of their partitions: written whole every few seconds.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from channels.contract import Channel, Source
from gateway.collector import CollectorStatus, account_key
from schemas.operations import Collecting, SourceState
from workers.storage.files import write_whole

FOLDER = "collect"
EVERY_SECONDS = 5.0
OLD = timedelta(days=7)
"""A file so old is of a process that is no more."""


class SourceBoard:
    """`hear` is the collectors' status callback; `run`, as a task, keeps the file."""

    def __init__(self, data: Path, instance: str, accounts: Sequence[tuple[Channel, Source]]) -> None:
        name = hashlib.sha256(instance.encode()).hexdigest()[:16]
        self._path = data / FOLDER / f"{name}.json"
        self._accounts = {account_key(channel, source): (channel, source) for channel, source in accounts}
        self._since = datetime.now(UTC)
        self._told: dict[str, CollectorStatus] = {}

    def hear(self, status: CollectorStatus) -> None:
        """What a collector says of itself."""
        self._told[status.key] = status

    async def run(self) -> None:
        """Until cancelled. A disk that is full is no reason to stop collecting."""
        while True:
            with suppress(
                OSError
            ):  # the monitor sees that the file grows old, and doctor that the disk is full
                await asyncio.to_thread(self.write)
            await asyncio.sleep(EVERY_SECONDS)

    def write(self) -> None:
        """The file as of now, whole or not at all; raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, Collecting(at=datetime.now(UTC), sources=self._states()).to_bytes())

    def _states(self) -> list[SourceState]:
        """Those that this process owns."""
        owned = [(key, told) for key, told in self._told.items() if told.state != "released"]
        return [self._state(key, told) for key, told in owned]

    def _state(self, key: str, told: CollectorStatus) -> SourceState:
        channel, source = self._accounts[key]
        look = source.look
        return SourceState(
            channel=channel.name,
            account=source.account,
            state="away" if told.state == "away" else "collecting",
            reason=told.reason if told.state == "away" else look.notice,
            taken=told.taken,
            since=self._since,
            looked_at=look.at,
            every_seconds=look.every,
        )


def source_states(data: Path, now: datetime, uncollected: Mapping[tuple[str, str], int]) -> list[SourceState]:
    """Every account that some process of this data folder collects from, by its newest word; none twice."""
    newest: dict[tuple[str, str], tuple[datetime, SourceState]] = {}
    for path in sorted((data / FOLDER).glob("*.json")):
        try:
            told = Collecting.from_bytes(path.read_bytes())
        except (OSError, ValueError):
            continue
        for state in told.sources if now - told.at < OLD else ():
            place = (state.channel, state.account)
            if place not in newest or newest[place][0] < told.at:
                newest[place] = (told.at, state)
    return [
        state.model_copy(
            update={"overdue_seconds": _overdue(state, now), "uncollected": uncollected.get(place)}
        )
        for place, (_, state) in sorted(newest.items())
    ]


def source_notes(states: Sequence[SourceState]) -> list[str]:
    """A sentence for each account that is not read as it should be."""
    away = [one for one in states if one.state == "away" or one.reason]
    late = [one for one in states if one not in away and one.overdue_seconds > 60]
    return [f"{one.channel} {one.account}: {one.reason or 'is not collected from'}" for one in away] + [
        f"{one.channel} {one.account}: nothing was heard of it for {one.overdue_seconds:.0f} s too long"
        for one in late
    ]


def _overdue(state: SourceState, now: datetime) -> float:
    since = (state.looked_at or state.since).astimezone(UTC)
    return round(max(0.0, (now - since).total_seconds() - state.every_seconds - EVERY_SECONDS), 1)
