"""Small files that are remembered: replaced whole or not at all, readable by their owner only."""

import os
from pathlib import Path

_OWNER_ONLY = 0o600


def write_whole(path: Path, content: bytes | str) -> None:
    """Replace the file so that a reader, or the start after a power cut, finds the old content or the new one.

    Raises OSError; the old content stays then.
    """
    making = path.with_name(f"{path.name}.{os.getpid()}.new")
    data = content.encode() if isinstance(content, str) else content
    try:
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
        sync_folder(path.parent)
    finally:
        making.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the names in it survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
