"""The spool's files: entries appended to numbered segments, read from the front, gone when they were sent.

What a crash tore at the end of the last segment was never confirmed and is cut off; what was confirmed and is gone all
the same (`mark` says how much was) is a loss, and told. One process owns a folder (a lock says so).

Nothing but `append` may fail for want of space: the position and the mark are written over in place, and a position
that gets lost only sends entries once more.
"""

import contextlib
import fcntl
import json
import os
import shutil
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from gateway.entries import Entry, more_behind, next_entry, scan
from gateway.losses import note
from schemas.errors import Misconfigured

SEGMENT_BYTES = 8 * 1024 * 1024
_POSITION_BYTES = 64
_MARK = struct.Struct(">QQQ")
"""Segment, bytes and entries that were confirmed in it."""


@dataclass(slots=True)
class _Segment:
    """`size` and `count` are what was confirmed; `read` entries of it were sent."""

    path: Path
    size: int = 0
    count: int = 0
    read: int = 0

    @property
    def number(self) -> int:
        return int(self.path.stem)


class Segments:
    """The files of one folder. Reading may overlap with appending; append, drop and close may not overlap."""

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._segments: deque[_Segment] = deque()
        self._read_at = 0
        self._number = 0
        self._writing: BinaryIO | None = None  # without a buffer: closing it writes nothing
        self._lock: BinaryIO | None = None
        self.pending = 0
        self.size = 0
        """Bytes of the segments on disk."""
        self.damaged: list[str] = []
        """Copies of segments that are not what was written; what stood before the damage is sent."""
        self.lost = 0
        """Confirmed entries that the disk did not keep."""

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
        marked, size, count = _marked(self._folder)
        for path in sorted(self._folder.glob("*.spool")):
            self._number = int(path.stem)
            if self._number < first:
                path.unlink()
                continue
            confirmed = (size, count) if self._number == marked else (0, 0)
            self._adopt(path, offset if self._number == first else 0, *confirmed)
        if self._number < marked and first <= marked:
            self._lose(marked, count)
        # never a number that counts as sent: an empty folder, too, goes on behind what was in it
        self._number = max(self._number, marked, first - 1)

    def append(self, entries: Iterable[bytes]) -> None:
        """Write and fsync encoded entries; they are durable when this returns. Raises OSError."""
        batch = list(entries)
        try:
            segment, writing = self._open_segment()
            _write(writing, b"".join(batch))
            os.fsync(writing.fileno())
        except OSError:
            self._abandon()
            raise
        written = sum(map(len, batch))
        segment.size += written
        segment.count += len(batch)
        self.size += written
        self.pending += len(batch)
        _overwrite(self._folder / "mark", _MARK.pack(segment.number, segment.size, segment.count))

    def probe(self) -> None:
        """Whether the disk takes something again; raises OSError."""
        path = self._folder / "probe"
        try:
            with path.open("wb", buffering=0) as file:
                _write(file, bytes(4096))
                os.fsync(file.fileno())
        finally:
            with contextlib.suppress(OSError):
                path.unlink()

    def read(self, most: int) -> tuple[list[Entry], int]:
        """The oldest entries of the front segment, and the offset behind them (for `drop`).

        None, while some are pending, means that the rest of the front segment cannot be read: `set_aside` it.
        Raises OSError.
        """
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
        self._segments[0].read += count
        if offset >= self._segments[0].size:
            self._remove_front()
        else:
            self._write_position()

    def set_aside(self) -> int:
        """Keep the front segment for a person, as it cannot be read to its end; how many entries were lost with it."""
        front = self._segments[0]
        lost = front.count - front.read
        self.pending -= lost
        self._lose(front.number, lost)
        copy = front.path.with_suffix(".damaged")
        with contextlib.suppress(OSError):
            os.link(front.path, copy)
        self.damaged.append(str(copy))
        self._remove_front()
        return lost

    def close(self) -> None:
        """Give the folder back."""
        self._stop_writing()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _adopt(self, path: Path, offset: int, confirmed_size: int, confirmed_count: int) -> None:
        """Take a segment of an earlier process over: whole entries from `offset` on, and what is missing of it."""
        before = scan(path, 0)[0] if confirmed_count else 0
        count, end = scan(path, offset)
        if end < confirmed_size:
            self._lose(int(path.stem), max(1, confirmed_count - before))
        if end < confirmed_size or more_behind(path, end):
            copy = path.with_suffix(".damaged")
            shutil.copyfile(path, copy)
            self.damaged.append(str(copy))
        if not count:
            path.unlink()
            return
        os.truncate(path, end)
        if not self._segments:
            self._read_at = offset
        self._segments.append(_Segment(path, end, count))
        self.pending += count
        self.size += end

    def _lose(self, segment: int, count: int) -> None:
        self.lost += count
        note(self._folder, segment, count)

    def _open_segment(self) -> tuple[_Segment, BinaryIO]:
        if self._writing is None or self._segments[-1].size >= self._segment_bytes:
            self._stop_writing()
            path = self._folder / f"{self._number + 1:012d}.spool"
            self._writing = cast(BinaryIO, path.open("ab", buffering=0))
            self._number += 1
            self._segments.append(_Segment(path))
            _fsync_folder(self._folder)
        return self._segments[-1], self._writing

    def _abandon(self) -> None:
        """Nothing of the last batch was confirmed: it cannot be read, and no segment is left without entries."""
        if self._writing is None:
            return
        self._stop_writing()
        segment = self._segments[-1]
        with contextlib.suppress(OSError):
            os.truncate(segment.path, segment.size)
        if not segment.count:
            self._segments.pop()
            with contextlib.suppress(OSError):
                segment.path.unlink()

    def _stop_writing(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            with contextlib.suppress(OSError):  # all that was confirmed is synced
                writing.close()

    def _remove_front(self) -> None:
        gone = self._segments.popleft()
        if not self._segments:
            self._stop_writing()
        self.size -= gone.size
        self._read_at = 0
        self._write_position()
        with contextlib.suppress(OSError):  # the position is behind it: the next start removes it
            gone.path.unlink(missing_ok=True)

    def _write_position(self) -> None:
        segment = self._segments[0].number if self._segments else self._number + 1
        told = json.dumps({"segment": segment, "offset": self._read_at})
        _overwrite(self._folder / "position.json", told.ljust(_POSITION_BYTES).encode())


def _write(file: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]


def _overwrite(path: Path, content: bytes) -> None:
    """In place, so that a full disk takes it; what fails here costs no entry."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(descriptor, content, 0)
        finally:
            os.close(descriptor)


def _marked(folder: Path) -> tuple[int, int, int]:
    """Segment, bytes and entries of the last confirmation; zeros when there was none."""
    try:
        number, size, count = _MARK.unpack((folder / "mark").read_bytes())
    except (OSError, struct.error):
        return 0, 0, 0
    return number, size, count


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
