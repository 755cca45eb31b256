"""The data folder: made for its owner only, tightened when it was looser, and never used by two houses at once."""

import contextlib
import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.errors import Misconfigured
from workers.storage.files import write_whole

SETTING = "GATEWAY_DATA_DIR"
UMASK = 0o077
"""What the house writes is its owner's: complaints, letters, passwords and records of people."""
LOCK, RUN, HOME, VIEW = "up.lock", "run.json", "folder.json", "view.sqlite"


def private() -> None:
    """From now on this process and its children make files for their owner only."""
    os.umask(UMASK)


def prepare(folder: Path) -> Path:
    """The folder, made or tightened; raises Misconfigured when it cannot be used."""
    private()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tighten(folder)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Misconfigured(SETTING, f"{folder} cannot be used as data folder: {why}") from error


def tighten(folder: Path) -> None:
    """Take away what others may do with the folder and what lies directly in it; what is not ours stays as it is."""
    for path in (folder, *folder.iterdir()):
        if path.is_symlink():
            continue
        with contextlib.suppress(PermissionError, FileNotFoundError):
            mode = path.stat().st_mode
            if mode & UMASK:
                path.chmod(mode & 0o7777 & ~UMASK)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for one `gateway up`; raises Misconfigured when another one runs on it, or on what this is a
    copy of."""
    with (folder / LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Misconfigured(SETTING, f"another `gateway up` runs on {folder}; stop it first") from error
        _refuse_a_copy(folder)
        yield


def is_running(folder: Path) -> bool:
    """Whether a `gateway up` holds the folder now. Its lock tells: process ids are used again."""
    try:
        with (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def running_settings(folder: Path) -> dict[str, str]:
    """The effective settings of the `gateway up` that runs on the folder; none when none does, whatever a killed one
    left behind."""
    if not is_running(folder):
        return {}
    try:
        told = json.loads((folder / RUN).read_bytes())
    except (OSError, ValueError):
        return {}
    settings = told.get("settings") if isinstance(told, dict) else None
    if not isinstance(settings, dict):
        return {}
    return {str(name): str(value) for name, value in settings.items()} | {SETTING: str(folder)}


def _refuse_a_copy(folder: Path) -> None:
    """Each folder has an identity and knows where it lies: beside a running original a copy would write the same
    letters to the same people."""
    known = _identity(folder)
    place = str(folder.resolve())
    origin = Path(str(known.get("place", place)))
    if str(origin) != place and _identity(origin).get("id") == known.get("id") and is_running(origin):
        raise Misconfigured(
            SETTING,
            f"{folder} is a copy of {origin}, and a gateway runs there: both would write to the same people; stop "
            f"that one first, or start with an empty folder",
        )
    if known.get("place") != place:
        word = {"id": known.get("id") or secrets.token_hex(16), "place": place}
        write_whole(folder / HOME, json.dumps(word, indent=1))


def _identity(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / HOME).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
