"""Roles of the house: their commands, and whether their processes live."""

from pathlib import Path


def words_of(role: str) -> list[str]:
    """The command of a role."""
    if role == "work-normalise":
        return ["work", "normalise", "outcomes"]
    return ["work", role[5:]] if role.startswith("work-") else [role]


def runs(pid: int) -> bool:
    """Whether there is such a process, and it is not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
