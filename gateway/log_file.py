"""The log file of a child: appended to, opened anew when somebody renamed or removed it, and never a reason to end."""

import os
from pathlib import Path
from typing import BinaryIO


class LogFile:
    """Appends what a child says to `path`. What a full disk does not take is counted and left out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._left_out = 0

    def write(self, said: bytes) -> None:
        """Append, to the file that has this name now (log rotation without create renames it)."""
        try:
            file = self._current()
            if self._left_out:
                file.write(f"({self._left_out} bytes could not be written here)\n".encode())
                self._left_out = 0
            file.write(said)
        except OSError:
            self._left_out += len(said)

    def close(self) -> None:
        """Give it back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _current(self) -> BinaryIO:
        if self._file is not None and not self._is_there(self._file):
            self.close()
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab", buffering=0)
        return self._file

    def _is_there(self, file: BinaryIO) -> bool:
        try:
            return os.path.samestat(self.path.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False
