"""What a stand-in accepted, in a file: on disk before the answer goes out, read again at the next start.

A provider does not forget a message because our machine went down; a look-up after `kill -9` must be true.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any, BinaryIO, cast

Entry = dict[str, Any]


class Journal:
    """JSON lines, appended one by one and on the disk before an answer; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file; half a line left by a crash was never answered for and is cut off."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.Lock()
        self._file = cast(BinaryIO, path.open("ab", buffering=0))
        whole = path.read_bytes().rfind(b"\n") + 1
        self._file.truncate(whole)
        _sync_folder(path.parent)

    def append(self, entry: Entry, durable: bool = True) -> None:
        """Returns when the entry is on the disk; what nobody was told yet may be left to the system to write.

        Raises OSError, and then nothing of it is there.
        """
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            whole = os.fstat(self._file.fileno()).st_size
            try:
                _write(self._file, line)
                if durable:
                    os.fsync(self._file.fileno())
            except OSError:
                os.truncate(self._path, whole)
                raise

    def entries(self) -> list[Entry]:
        """Everything accepted so far, in order."""
        with self._lock, self._path.open("rb") as lines:
            return [json.loads(line) for line in lines]

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def _write(file: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]


def _sync_folder(folder: Path) -> None:
    """Makes the file's name durable too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
