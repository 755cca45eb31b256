"""Large bytes, by their hash: a delivery or attachment over 256 KiB is durable here before anything refers to it.

Content-addressed, so writing the same bytes twice is one file, and a crash leaves at most an unfinished file under
another name. The folder must be shared by all hosts that run roles, or everything runs on one.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Self

from schemas.errors import Unavailable

_NAME = re.compile(r"[0-9a-f]{64}")
_PIECE = 1024 * 1024
_SYNCS_AT_ONCE = 16


class BlobStore:
    """Blobs under `folder/ab/abcd…`, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Write `content`, fsynced (file and folder); returns its SHA-256 in hex. Raises Unavailable (disk full)."""
        name = hashlib.sha256(content).hexdigest()
        if not self.has(name):
            with self.writer() as writer:
                writer.write(content)
                writer.keep()
        return name

    def put_all(self, contents: Iterable[bytes]) -> None:
        """Write many; all are durable when it returns. Raises Unavailable (disk full).

        Their syncs run side by side, as a disk takes many at once for the price of few: measured with 900 files on
        a busy disk 1 s instead of 11, and half the CPU time.
        """
        with ExitStack() as stack:
            fresh: dict[str, BlobWriter] = {}
            for content in contents:
                name = hashlib.sha256(content).hexdigest()
                if name not in fresh and not self.has(name):
                    fresh[name] = stack.enter_context(self.writer())
                    fresh[name].write(content)
            if fresh:
                _keep_all(self._folder, list(fresh.values()))

    def writer(self) -> "BlobWriter":
        """For content that comes in pieces (an upload): `with store.writer() as w: w.write(…); sha = w.keep()`."""
        return BlobWriter(self._folder)

    def has(self, sha256: str) -> bool:
        """Whether the blob is here."""
        return blob_path(self._folder, sha256).exists()

    def get(self, sha256: str) -> bytes:
        """The bytes; raises Unavailable when they are not (yet) here."""
        with self.open(sha256) as stream:
            return stream.read()

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream to be closed by the caller; raises Unavailable when they are not (yet) here."""
        try:
            return blob_path(self._folder, sha256).open("rb")
        except OSError as error:
            raise Unavailable(f"blob {sha256} is not in {self._folder}: {error.strerror}") from error


class BlobWriter:
    """Takes one blob in pieces. Leaving the `with` block without `keep()` leaves nothing behind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / "unfinished" / secrets.token_hex(16)
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
                self._stream = self._create()
            view = memoryview(piece)
            for start in range(0, len(view), _PIECE):
                self._stream.write(view[start : start + _PIECE])
        except OSError as error:
            raise _full(self._folder, error) from error
        self._hash.update(piece)
        self.bytes += len(piece)

    def keep(self) -> str:
        """Make it durable under its hash, which is returned; raises Unavailable."""
        try:
            self.sync()
            for folder in self.place():
                _sync_folder(folder)
        except OSError as error:
            raise _full(self._folder, error) from error
        return self._hash.hexdigest()

    def sync(self) -> None:
        """The bytes are on the disk, under no name yet; raises OSError."""
        if self._stream is None:
            self._stream = self._create()
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

    def _create(self) -> BinaryIO:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            descriptor = os.open(self._unfinished, flags, 0o600)
        except FileNotFoundError:
            self._unfinished.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._unfinished, flags, 0o600)
        return os.fdopen(descriptor, "wb")


def blob_path(folder: Path, sha256: str) -> Path:
    """Where a blob lies; raises ValueError for anything that is not a hash, so that no name can leave the folder."""
    if not _NAME.fullmatch(sha256):
        raise ValueError(f"not a SHA-256 in hex: {sha256[:80]!r}")
    return folder / sha256[:2] / sha256


def _keep_all(folder: Path, writers: list[BlobWriter]) -> None:
    try:
        with ThreadPoolExecutor(min(_SYNCS_AT_ONCE, len(writers))) as pool:
            list(pool.map(BlobWriter.sync, writers))
            list(pool.map(_sync_folder, {folder for writer in writers for folder in writer.place()}))
    except OSError as error:
        raise _full(folder, error) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _full(folder: Path, error: OSError) -> Unavailable:
    return Unavailable(f"cannot write to the blob store {folder}: {error.strerror}", retry_after=5.0)
