"""Where uploads go: into the blob store when the complaint is taken in, else on a small shelf for the next attempt.

The store is for ever and whoever sends a form with a mistake could fill it; the shelf holds so many bytes, for an hour.
Uploads leave the last of the disk alone, so that complaints without files still find room.
"""

import asyncio
import shutil
import time
from pathlib import Path
from typing import BinaryIO

from starlette.datastructures import UploadFile

from gateway.pages.submission import Submission, file_name, file_type
from schemas.errors import Unavailable
from schemas.message import Attachment
from workers.storage.blob_writer import BlobWriter
from workers.storage.blobs import BlobStore

SHELF_BYTES = 256 * 1024 * 1024
SHELF_SECONDS = 3600.0
SPARE_BYTES = 256 * 1024 * 1024
"""What uploads leave free: four times what the spool leaves."""
_PIECE = 256 * 1024


class Enclosures:
    """Uploads of one door. `folder` is the blob store's, so that every door of a house finds the same shelf."""

    def __init__(
        self,
        blobs: BlobStore,
        shelf_bytes: int = SHELF_BYTES,
        shelf_seconds: float = SHELF_SECONDS,
        spare_bytes: int = SPARE_BYTES,
    ) -> None:
        self._blobs = blobs
        self._folder = blobs.folder / "shelf"
        self._shelf = BlobStore(self._folder)
        self._shelf_bytes, self._shelf_seconds, self._spare_bytes = shelf_bytes, shelf_seconds, spare_bytes

    async def store(self, submission: Submission) -> str:
        """All of them durable in the blob store; the key of a message when that cannot be, else empty."""
        return await asyncio.to_thread(self._store, submission)

    async def shelve(self, submission: Submission) -> None:
        """Keep them for the next attempt, as long as there is room: what is not kept must be chosen again."""
        await asyncio.to_thread(self._shelve, submission)

    def _store(self, submission: Submission) -> str:
        if not submission.uploads and not submission.attachments:
            return ""
        sizes = [one.size or 0 for one in submission.uploads] + [one.bytes for one in submission.attachments]
        if not self._room(sum(sizes)):
            return "files_no_room"
        here = [
            kept for kept in submission.attachments if self._blobs.has(kept.sha256) or self._from_shelf(kept)
        ]
        if len(here) < len(submission.attachments):
            submission.attachments = here
            return "files_gone"
        _add(submission, [_keep(one, self._blobs) for one in submission.uploads])
        submission.uploads = []
        return ""

    def _from_shelf(self, kept: Attachment) -> bool:
        try:
            stream = self._shelf.open(kept.sha256)
        except Unavailable:
            return False
        with stream, self._blobs.writer() as writer:
            return _copied(stream, writer) == kept.sha256

    def _shelve(self, submission: Submission) -> None:
        for upload in submission.uploads:
            size = upload.size or 0
            if size <= self._shelf_bytes and self._room(size):
                self._clear(size)
                _add(submission, [_keep(upload, self._shelf)])
        submission.uploads = []

    def _room(self, size: int) -> bool:
        folder = self._blobs.folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(folder).free - size >= self._spare_bytes

    def _clear(self, needed: int) -> None:
        """What lies there too long goes, then the oldest until there is room for so many bytes."""
        found = sorted(_files(self._folder))
        total, oldest = sum(size for _, size, _ in found), time.time() - self._shelf_seconds
        for at, size, path in found:
            if at < oldest or total + needed > self._shelf_bytes:
                path.unlink(missing_ok=True)
                total -= size


def _add(submission: Submission, fresh: list[Attachment]) -> None:
    """A file that was chosen once more is no second one."""
    submission.attachments += [one for one in fresh if one not in submission.attachments]


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    found = []
    for path in folder.glob("*/*"):
        try:
            told = path.stat()
        except FileNotFoundError:  # another door was faster
            continue
        found.append((told.st_mtime, told.st_size, path))
    return found


def _keep(file: UploadFile, blobs: BlobStore) -> Attachment:
    file.file.seek(0)
    with blobs.writer() as writer:
        sha256 = _copied(file.file, writer)
        size = writer.bytes
    name = file_name(file.filename or "")
    return Attachment(name=name, media_type=file_type(file.headers), bytes=size, sha256=sha256)


def _copied(stream: BinaryIO, writer: BlobWriter) -> str:
    while piece := stream.read(_PIECE):
        writer.write(piece)
    return writer.keep()
