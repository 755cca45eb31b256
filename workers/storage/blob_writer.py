"""One blob on its way: bytes under no name, then on the disk, then under their hash."""

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO, Self

from schemas.errors import Unavailable

_NAME = re.compile(r"[0-9a-f]{64}")
_PIECE = 1024 * 1024


class BlobWriter:
    """Takes one blob in pieces. Leaving the `with` block without `keep()` leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = unfinished(folder)
        self._stream: BinaryIO | None = None
        self._hash = hashlib.sha256()
        self._kept = False
        self.bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None and not self._kept:
            self._stream.close()
            self._unfinished.unlink(missing_ok=True)

    def write(self, piece: bytes) -> None:
        """Append; raises Unavailable when the disk is full."""
        try:
            if self._stream is None:
                self._stream = create(self._unfinished)
            view = memoryview(piece)
            for start in range(0, len(view), _PIECE):
                self._stream.write(view[start : start + _PIECE])
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._hash.update(piece)
        self.bytes += len(piece)

    def keep(self) -> str:
        """Make it durable under its hash, which is returned; raises Unavailable."""
        try:
            self.sync()
            for folder in self.place():
                sync_folder(folder)
        except OSError as error:
            raise no_room(self._folder, error) from error
        return self._hash.hexdigest()

    def sync(self) -> None:
        """The bytes are on the disk, under no name yet; raises OSError."""
        if self._stream is None:
            self._stream = create(self._unfinished)
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()

    def place(self) -> list[Path]:
        """Under its hash; durable once the folders that are returned are synced. Raises OSError."""
        path = blob_path(self._folder, self._hash.hexdigest())
        folders = [path.parent]
        try:
            self._unfinished.replace(path)
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            self._unfinished.replace(path)
            folders.insert(0, self._folder)
        self._kept = True
        return folders


def blob_path(folder: Path, sha256: str) -> Path:
    """Where a blob lies; raises ValueError for anything that is not a hash."""
    return folder / f"{sha256[:2]}/{checked(sha256)}"


def checked(sha256: str) -> str:
    """The same; raises ValueError for anything that is not a hash, so that no name can leave the folder."""
    if not is_name(sha256):
        raise ValueError(f"not a SHA-256 in hex: {sha256[:80]!r}")
    return sha256


def is_name(name: str) -> bool:
    """Whether a blob may be called so."""
    return _NAME.fullmatch(name) is not None


def unfinished(folder: Path) -> Path:
    """Where something lies that is not durable yet: a name that nobody asks for."""
    return folder / "unfinished" / secrets.token_hex(16)


def create(path: Path) -> BinaryIO:
    """A new file for the owner only, with its folder when that is missing; raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
    return os.fdopen(descriptor, "wb")


def sync_folder(folder: Path) -> None:
    """What the folder names is durable; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def no_room(folder: Path, error: OSError) -> Unavailable:
    """What a disk's trouble means: later again."""
    return Unavailable(f"cannot write to the blob store {folder}: {error.strerror}", retry_after=5.0)
