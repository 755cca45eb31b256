"""What the live page shows: the picture that `monitor` wrote last, with what only this process knows."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from schemas.operations import Operations

OLD = timedelta(seconds=15)


class Overview:
    """Reads the monitor's file; says so when there is none or it grew old."""

    def __init__(self, path: Path, spooled: Callable[[], int]) -> None:
        self._path = path
        self._spooled = spooled

    async def operations(self) -> Operations:
        """The whole picture, now."""
        picture = await asyncio.to_thread(self._read)
        return picture.model_copy(update={"spooled": self._spooled()})

    def _read(self) -> Operations:
        now = datetime.now(UTC)
        try:
            picture = Operations.from_bytes(self._path.read_bytes())
        except FileNotFoundError:
            return Operations(at=now, notes=["the monitor has not measured anything yet"])
        if now - picture.at > OLD:
            note = f"the monitor has been silent since {picture.at:%H:%M:%S} UTC; these numbers are old"
            return picture.model_copy(update={"notes": [*picture.notes, note]})
        return picture
