"""The blobs that lie in a store as files, for whoever takes some of them away."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workers.storage.blob_writer import is_name, sync_folder


@dataclass(frozen=True, slots=True)
class BlobFile:
    """One name of a blob: a file of its own, or one of the links of a pack. `at`: last written or asked for again."""

    sha256: str
    path: Path
    bytes: int
    at: float


def blob_files(folder: Path) -> Iterator[BlobFile]:
    """All of them, nothing else that lies in the folder; raises OSError."""
    for pattern, suffix in (("[0-9a-f][0-9a-f]/*", ""), ("packed/[0-9a-f]/*.zip", ".zip")):
        for path in folder.glob(pattern):
            name = path.name.removesuffix(suffix)
            if is_name(name):
                about = path.stat()
                yield BlobFile(name, path, about.st_size // about.st_nlink, about.st_mtime)


def delete(file: BlobFile) -> bool:
    """Take it away for good, unless it was written or asked for again since it was seen; raises OSError."""
    try:
        if file.path.stat().st_mtime != file.at:
            return False
        file.path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(file.path.parent)
    return True
