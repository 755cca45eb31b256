"""Many small blobs at the price of one file: a ZIP, with a hard link for each blob in it.

`packed/a/abcd….zip` holds an entry `abcd…` beside those of its batch, so a blob is found by its name alone and no
index can disagree with the folder; when the last of its links goes, the file goes. A file of its own for each small
part of a mail was most of what taking mail in cost: the file system's work, whatever the size.
"""

import errno
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from workers.storage.blob_writer import checked, create, sync_folder, unfinished

_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def pack_path(folder: Path, sha256: str) -> Path:
    """Where the pack with this blob is; raises ValueError for anything that is not a hash."""
    return folder / f"packed/{sha256[0]}/{checked(sha256)}.zip"


def keep_packed(folder: Path, contents: Mapping[str, bytes]) -> bool:
    """SHA-256 → bytes, durable together; False where the file system knows no hard links. Raises OSError."""
    pack = unfinished(folder)
    try:
        _write(pack, contents)
        touched = [each for name in contents for each in _link(pack, pack_path(folder, name))]
    except OSError as error:
        if error.errno in _NO_LINKS:
            return False
        raise
    finally:
        pack.unlink(missing_ok=True)
    for each in dict.fromkeys(touched):
        sync_folder(each)
    return True


def read_packed(folder: Path, sha256: str) -> bytes:
    """The bytes; raises OSError when no pack has them, or the disk has damaged it."""
    try:
        with ZipFile(pack_path(folder, sha256)) as pack:
            return pack.read(sha256)
    except (BadZipFile, KeyError) as error:
        raise OSError(errno.EIO, f"its pack is damaged: {error}") from error


def _write(path: Path, contents: Mapping[str, bytes]) -> None:
    with create(path) as stream:
        with ZipFile(stream, "w") as pack:
            for name, content in contents.items():
                pack.writestr(name, content)
        stream.flush()
        os.fsync(stream.fileno())


def _link(pack: Path, path: Path) -> list[Path]:
    """Returns the folders to sync. What another process has linked meanwhile is the same."""
    folders = [path.parent]
    if not path.parent.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folders += [path.parent.parent, path.parent.parent.parent]
    with suppress(FileExistsError):
        os.link(pack, path)
    return folders
