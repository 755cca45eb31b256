"""What a spool's disk did not keep, written down beside the segments until somebody has seen to it.

`NUMBER.lost` holds how many confirmed deliveries the segment of that number lost. The number of a delivery that was the
last of its process leaves no gap that `gateway reconcile` could see, so it asks here.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from workers.storage.files import write_whole


def note(folder: Path, segment: int, count: int) -> None:
    """Write it down; on a disk that takes nothing the log has it alone."""
    with contextlib.suppress(OSError):
        write_whole(folder / f"{segment:012d}.lost", str(count))


def losses(folder: Path) -> Iterator[tuple[str, int]]:
    """Files and how many deliveries each says were lost; one that cannot be read stands for one."""
    for path in sorted(folder.glob("*.lost")):
        try:
            yield str(path), int(path.read_text("ascii"))
        except (OSError, ValueError):
            yield str(path), 1
