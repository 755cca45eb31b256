"""Bytes by their hash: a delivery over 256 KiB or an attachment is durable here before anything refers to it.

Content-addressed, so writing the same bytes twice is one file, and a crash leaves at most an unfinished file under
another name. The folder must be shared by all hosts that run roles, or everything runs on one.
"""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from schemas.errors import Missing, Unavailable
from workers.storage.blob_pack import keep_packed, pack_path, read_packed
from workers.storage.blob_writer import BlobWriter, blob_path, no_room, sync_folder

SMALL_BYTES = 64 * 1024
"""Blobs up to this size share a file when several come at once."""
_SYNCS_AT_ONCE = 16


class BlobStore:
    """Blobs under `folder/ab/abcd…`, or in a pack under `folder/packed/a/abcd….zip`; readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def put(self, content: bytes) -> str:
        """Write `content`, fsynced (file and folder); returns its SHA-256 in hex. Raises Unavailable (disk full)."""
        name = hashlib.sha256(content).hexdigest()
        self._put_fresh({name: content} if not self._asked_again(name) else {})
        return name

    def put_all(self, contents: Iterable[bytes]) -> None:
        """Write many; all are durable when it returns. Raises Unavailable (disk full)."""
        named = {hashlib.sha256(content).hexdigest(): content for content in contents}
        fresh = {name: content for name, content in named.items() if not self._asked_again(name)}
        small = {name: content for name, content in fresh.items() if len(content) <= SMALL_BYTES}
        try:
            if len(small) > 1 and keep_packed(self._folder, small):
                fresh = {name: content for name, content in fresh.items() if name not in small}
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._put_fresh(fresh)

    def writer(self) -> BlobWriter:
        """For content that comes in pieces (an upload): `with store.writer() as w: w.write(…); sha = w.keep()`."""
        return BlobWriter(self._folder)

    def has(self, sha256: str) -> bool:
        """Whether the blob is here."""
        return blob_path(self._folder, sha256).exists() or pack_path(self._folder, sha256).exists()

    def get(self, sha256: str) -> bytes:
        """The bytes; raises Unavailable when they are not (yet) here."""
        with self.open(sha256) as stream:
            return stream.read()

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream to be closed by the caller; raises Unavailable when they are not (yet) here."""
        try:
            return blob_path(self._folder, sha256).open("rb")
        except FileNotFoundError:
            return BytesIO(self._packed(sha256))
        except OSError as error:
            raise self._unavailable(sha256, error) from error

    def _asked_again(self, sha256: str) -> bool:
        """Whether it is here; then it is as young as a new one, so that no sweep takes it before it is referred to."""
        for path in (blob_path(self._folder, sha256), pack_path(self._folder, sha256)):
            with suppress(OSError):  # a store that another user fills may be read and not touched
                os.utime(path)
                return True
        return self.has(sha256)

    def _packed(self, sha256: str) -> bytes:
        try:
            return read_packed(self._folder, sha256)
        except OSError as error:
            raise self._unavailable(sha256, error) from error

    def _unavailable(self, sha256: str, error: OSError) -> Unavailable:
        gone = isinstance(error, FileNotFoundError) and self._folder.is_dir()
        kind = Missing if gone else Unavailable
        return kind(f"blob {sha256} is not in {self._folder}: {error.strerror}")

    def _put_fresh(self, fresh: dict[str, bytes]) -> None:
        with ExitStack() as stack:
            writers = [stack.enter_context(self.writer()) for _ in fresh]
            for writer, content in zip(writers, fresh.values(), strict=True):
                writer.write(content)
            if len(writers) == 1:
                writers[0].keep()
            elif writers:
                _keep_all(self._folder, writers)


def _keep_all(folder: Path, writers: list[BlobWriter]) -> None:
    """Syncs run side by side: a disk takes many at once for the price of few."""
    try:
        with ThreadPoolExecutor(min(_SYNCS_AT_ONCE, len(writers))) as pool:
            list(pool.map(BlobWriter.sync, writers))
            list(pool.map(sync_folder, {folder for writer in writers for folder in writer.place()}))
    except OSError as error:
        raise no_room(folder, error) from error
