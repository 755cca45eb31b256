"""The spool's files: entries appended to numbered segments, read from the front, gone when they were sent.

What a crash tore at the end of the last segment was never confirmed and is cut off. One process owns a folder
(a lock says so).
"""

import fcntl
import json
import os
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateway.entries import Entry, more_behind, next_entry, scan
from schemas.errors import Misconfigured

SEGMENT_BYTES = 8 * 1024 * 1024


@dataclass(slots=True)
class _Segment:
    path: Path
    size: int


class Segments:
    """The files of one folder. Reading may overlap with appending; append, drop and close may not overlap."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._segments: deque[_Segment] = deque()
        self._read_at = 0
        self._number = 0
        self._writing: BinaryIO | None = None
        self._lock: BinaryIO | None = None
        self.pending = 0
        self.size = 0
        """Bytes of the segments on disk."""
        self.damaged: list[str] = []
        """Copies of segments whose middle is not what was written; what stood before the damage is sent."""

    def open(self) -> None:
        """Take the folder, count what waits in it, cut off what was never confirmed."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = (self._folder / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            raise Misconfigured("spool", f"{self._folder} is in use by another process") from error
        first, offset = _position(self._folder)
        for path in sorted(self._folder.glob("*.spool")):
            self._number = int(path.stem)
            if self._number < first:
                path.unlink()
                continue
            self._adopt(path, offset if self._number == first else 0)

    def append(self, entries: Iterable[bytes]) -> None:
        """Write and fsync encoded entries; they are durable when this returns. Raises OSError."""
        if self._writing is None or self._segments[-1].size >= self._segment_bytes:
            self._begin()
        assert self._writing is not None
        segment, batch = self._segments[-1], list(entries)
        try:
            self._writing.write(b"".join(batch))
            self._writing.flush()
            os.fsync(self._writing.fileno())
        except OSError:
            self._writing.close()
            self._writing = None
            os.truncate(segment.path, segment.size)
            raise
        written = sum(map(len, batch))
        segment.size += written
        self.size += written
        self.pending += len(batch)

    def read(self, most: int) -> tuple[list[Entry], int]:
        """The oldest entries of the front segment, and the offset behind them (for `drop`)."""
        entries: list[Entry] = []
        offset = self._read_at
        if self._segments:
            with self._segments[0].path.open("rb") as file:
                file.seek(offset)
                while len(entries) < most and offset < self._segments[0].size:
                    entry, length = next_entry(file, self._segments[0].size - offset)
                    if entry is None:
                        break
                    entries.append(entry)
                    offset += length
        return entries, offset

    def drop(self, count: int, offset: int) -> None:
        """The broker has these: forget them. A position that gets lost only sends them once more."""
        self._read_at = offset
        self.pending -= count
        if offset >= self._segments[0].size:
            self._remove_front()
        self._write_position()

    def close(self) -> None:
        """Give the folder back."""
        if self._writing is not None:
            self._writing.close()
            self._writing = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _adopt(self, path: Path, offset: int) -> None:
        count, end = scan(path, offset)
        if more_behind(path, end):
            copy = path.with_suffix(".damaged")
            shutil.copyfile(path, copy)
            self.damaged.append(str(copy))
        if not count:
            path.unlink()
            return
        os.truncate(path, end)
        if not self._segments:
            self._read_at = offset
        self._segments.append(_Segment(path, end))
        self.pending += count
        self.size += end

    def _begin(self) -> None:
        if self._writing is not None:
            self._writing.close()
        self._number += 1
        path = self._folder / f"{self._number:012d}.spool"
        self._writing = path.open("ab")
        self._segments.append(_Segment(path, 0))
        _fsync_folder(self._folder)

    def _remove_front(self) -> None:
        gone = self._segments.popleft()
        if not self._segments and self._writing is not None:
            self._writing.close()
            self._writing = None
        gone.path.unlink(missing_ok=True)
        self.size -= gone.size
        self._read_at = 0

    def _write_position(self) -> None:
        segment = int(self._segments[0].path.stem) if self._segments else self._number + 1
        fresh = self._folder / "position.new"
        fresh.write_text(json.dumps({"segment": segment, "offset": self._read_at}))
        fresh.replace(self._folder / "position.json")


def waiting(folder: Path) -> Iterator[Entry]:
    """What waits in a spool that another process owns, oldest first; read only, a torn end is left out."""
    first, offset = _position(folder)
    for path in sorted(folder.glob("*.spool")):
        number = int(path.stem)
        if number >= first:
            yield from _whole(path, offset if number == first else 0)


def _whole(path: Path, offset: int) -> Iterator[Entry]:
    try:
        file = path.open("rb")
    except FileNotFoundError:  # sent and gone since the folder was listed
        return
    with file:
        left = file.seek(0, os.SEEK_END) - offset
        file.seek(offset)
        while left > 0:
            entry, length = next_entry(file, left)
            if entry is None:
                return
            yield entry
            left -= length


def _position(folder: Path) -> tuple[int, int]:
    """The segment and the offset in it before which everything was sent."""
    try:
        told = json.loads((folder / "position.json").read_bytes())
        return int(told["segment"]), int(told["offset"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
