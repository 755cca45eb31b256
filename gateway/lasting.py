"""Whether a folder outlives a restart of the machine or container, as far as its file system tells."""

from pathlib import Path

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
OF_A_CONTAINER = frozenset({"overlay", "aufs"})
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPES = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"}


def file_system(folder: Path, mounts: str) -> str:
    """The type of the file system that `folder` is on, by the text of mountinfo (proc(5)); else empty."""
    found = Path(), ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        if len(fields) < 5 or not after:
            continue
        point = fields[4]
        for escape, character in _ESCAPES.items():
            point = point.replace(escape, character)
        if folder.is_relative_to(point) and len(Path(point).parts) >= len(found[0].parts):
            found = Path(point), after.split()[0]
    return found[1]


def in_memory(folder: Path) -> bool:
    """Whether a restart surely empties it."""
    return _type(folder) in IN_MEMORY


def of_a_container(folder: Path) -> bool:
    """Whether it goes when its container is made anew: the container's own layer, no volume."""
    return _type(folder) in OF_A_CONTAINER


def _type(folder: Path) -> str:
    try:
        return file_system(folder.resolve(), _MOUNTS.read_text("utf-8", "replace"))
    except OSError:
        return ""
