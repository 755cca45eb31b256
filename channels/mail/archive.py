"""Mail that lies in files: a Maildir folder or an mbox file, mail by mail in a stable order.

The standard library's `mailbox` was left: it takes every line that begins with `From ` for a new mail, also
within a body.
"""

import mmap
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from channels.mail.reading import dates
from channels.mail.reading.headers import split
from schemas.errors import Misconfigured

_BEGINS = re.compile(
    rb"From (?:[^\r\n]{0,300}?\d{1,2}:\d\d[^\r\n]{0,60}|-? ?)\r?\n(?=[!-9;-~]{1,200}[ \t]*:|>?From )"
)
"""The line before each mail of an mbox (RFC 4155), with a date; some programs write only `From ` or `From -`."""
_STAMP = re.compile(
    rb"([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?) +(?:([+-]\d{4}|[A-Z]{2,5}) +)?(\d{4})(?: +([+-]\d{4}))?"
)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_TELLING_BYTES = 512
_SECONDS = re.compile(r"(\d{9,10})\.")


@dataclass(frozen=True, slots=True)
class Archived:
    """One mail; `place` tells a person where it lies (a file's name, an offset)."""

    raw: bytes
    received_at: datetime
    place: str


class Archive(Protocol):
    """Mails by number. `key` tells the mail at a number from one that stood there before."""

    def __len__(self) -> int: ...

    def key(self, number: int) -> bytes: ...

    def mail(self, number: int) -> Archived: ...


def open_archive(path: Path) -> Archive:
    """A Maildir for a folder, an mbox for a file. Raises Misconfigured for what is neither."""
    try:
        if path.is_dir():
            return Maildir(path)
        return Mbox(path)
    except OSError as error:
        raise Misconfigured("PATH", f"cannot read {path}: {error.strerror}") from error


class Maildir:
    """The mails in `new` and `cur` of one folder (maildir(5)); subfolders are Maildirs of their own."""

    def __init__(self, path: Path) -> None:
        parts = [path / name for name in ("new", "cur") if (path / name).is_dir()]
        if not parts:
            raise Misconfigured(
                "PATH", f"{path} is a folder without `new` and `cur`; name a Maildir or an mbox file"
            )
        files = (
            file
            for part in parts
            for file in part.iterdir()
            if file.is_file() and not file.name.startswith(".")
        )
        self._files = sorted(files, key=_unique)

    def __len__(self) -> int:
        return len(self._files)

    def key(self, number: int) -> bytes:
        """The unique name, without the flags, which change."""
        return _unique(self._files[number]).encode("utf-8", "surrogateescape")

    def mail(self, number: int) -> Archived:
        """Received at the earlier of file time and name: copying moves the one on, migrating the other."""
        file = self._files[number]
        told = [file.stat().st_mtime]
        if named := _SECONDS.match(file.name):
            told.append(int(named.group(1)))
        return Archived(file.read_bytes(), datetime.fromtimestamp(min(told), UTC), file.name)


class Mbox:
    """The mails of one mbox file, mapped, not loaded. `>From ` at a line's start is unquoted, as it was quoted."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            self._changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if not path.stat().st_size:
                raise Misconfigured("PATH", f"{path} is an empty file; name a Maildir or an mbox file")
            self._bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._starts = [
            (found.start(), found.end())
            for found in _BEGINS.finditer(self._bytes)
            if _after_empty_line(self._bytes, found.start())
        ]
        if not self._starts or self._starts[0][0]:
            raise Misconfigured(
                "PATH", f"{path} does not begin with a line `From …`; name a Maildir or an mbox file"
            )

    def __len__(self) -> int:
        return len(self._starts)

    def key(self, number: int) -> bytes:
        """Where it begins, and its first bytes."""
        start, _ = self._starts[number]
        return b"%d " % start + self._bytes[start : start + _TELLING_BYTES]

    def mail(self, number: int) -> Archived:
        """Received when its `From ` line says, else its Date, else when the file was written last."""
        start, begin = self._starts[number]
        end = self._starts[number + 1][0] if number + 1 < len(self) else len(self._bytes)
        raw = _QUOTED.sub(rb"\1", _without_separator(self._bytes[begin:end]))
        at = _stamped(self._bytes[start:begin]) or _dated(raw) or self._changed
        return Archived(raw, at, f"byte {start}")


def _unique(file: Path) -> str:
    return file.name.partition(":")[0]


def _after_empty_line(data: mmap.mmap, place: int) -> bool:
    return place == 0 or data[place - 2 : place] == b"\n\n" or data[place - 3 : place] == b"\n\r\n"


def _without_separator(raw: bytes) -> bytes:
    """The empty line after a mail belongs to the file."""
    line = b"\r\n" if raw.endswith(b"\r\n") else b"\n"
    return raw.removesuffix(line) if raw.endswith(line * 2) else raw


def _stamped(line: bytes) -> datetime | None:
    found = _STAMP.search(line)
    if found is None:
        return None
    month, day, time, zone, year, offset = (part.decode() for part in found.groups(default=b""))
    return dates.parse(f"{day} {month} {year} {time} {offset or zone}".strip())


def _dated(raw: bytes) -> datetime | None:
    return dates.parse(split(raw, 0, len(raw))[0].text("date"))
