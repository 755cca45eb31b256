"""A header block as a list of fields (RFC 5322 section 2.2), tolerant of what mail really carries."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from channels.mail.reading import words
from schemas.errors import TooLarge

MOST_FIELDS = 5_000
MOST_BYTES = 4 * 1024 * 1024
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]{0,50}:([^\n]*(?:\n[ \t][^\n]*)*\n?)")
"""A whole field with its continuation lines."""
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|received"
    rb"|return-path|mime-version"
    rb"|content-[a-z-]+|x-[!-9;-~]+|list-[a-z-]+|resent-[a-z-]+|delivered-to|dkim-signature"
    rb"|authentication-results|arc-[a-z-]+"
    rb"|auto-submitted|precedence|importance|priority|user-agent|thread-[a-z]+|errors-to|status|envelope-to"
    rb"|organization)[ \t]*:",
    re.IGNORECASE,
)
_MBOX = re.compile(rb">?From [^ :]")
_BLANK = re.compile(rb"(?:[ \t]*\r?\n)*")


@dataclass(slots=True)
class Headers:
    """Fields by name, in their order. Names are lower-case text, values raw bytes, still folded."""

    problems: list[str] = field(default_factory=list)
    _values: dict[str, list[bytes]] = field(default_factory=dict)
    _texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, name: str, value: bytes) -> None:
        """One more field."""
        self._values.setdefault(name, []).append(value)

    def names(self) -> Iterable[str]:
        """Every name once."""
        return self._values

    def raw(self, name: str) -> bytes:
        """The first field's bytes, `b""` without one."""
        return self._values[name][0] if name in self._values else b""

    def last(self, name: str) -> bytes:
        """The last field's bytes: what wins when a sender wrote Content-Type twice."""
        return self._values[name][-1] if name in self._values else b""

    def every(self, name: str) -> Sequence[bytes]:
        """All fields of that name."""
        return self._values.get(name, ())

    def has(self, name: str) -> bool:
        """Is there such a field, be it empty?"""
        return name in self._values

    def text(self, name: str, hint: str = "") -> str:
        """The first field that is not empty, for people: decoded, one line. Decoded once, asked for often."""
        if name not in self._values:
            return ""
        known = self._texts.get((name, hint))
        if known is None:
            said = (words.text(value, hint) for value in self._values[name])
            known = self._texts[name, hint] = next(filter(None, said), "")
        return known


def split(raw: bytes, start: int, end: int, whole: bool = True) -> tuple[Headers, int]:
    """The header block of `raw[start:end]` and where the body begins. Raises TooLarge.

    `whole`: a mail, before which empty lines may stand; a part that begins with one has no headers.
    """
    found, count = Headers(), 0
    first = position = _past_mailbox_line(raw, _skip_blank(raw, start, end), end) if whole else start
    while position < end:
        if position - first > MOST_BYTES or count > MOST_FIELDS:
            raise TooLarge(f"header block over {MOST_BYTES} bytes or {MOST_FIELDS} fields")
        opened = _FIELD.match(raw, position, end)
        if opened:
            name, value = opened.groups()
            found.add(_lower(name), value)
            count, position = count + 1, opened.end()
            continue
        line, after = _line(raw, position, end)
        if not line.strip(b"\r\n"):
            return found, after
        if not count or not _resumes(raw, after, end):
            return found, position
        found.problems.append("a header line without a colon was passed over")
        position = after
    return found, end


@lru_cache(maxsize=1024)
def _lower(name: bytes) -> str:
    """A field's name as text: the same few come with every mail."""
    return name.decode("ascii").lower()


def _line(raw: bytes, position: int, end: int) -> tuple[bytes, int]:
    """The line's first bytes, and where the next one begins."""
    newline = raw.find(b"\n", position, end)
    after = end if newline < 0 else newline + 1
    return raw[position : min(after, position + 256)], after


def _past_mailbox_line(raw: bytes, position: int, end: int) -> int:
    """Past the `From ` line that mailbox files put before each mail."""
    line, after = _line(raw, position, end)
    return after if _MBOX.match(line) else position


def known(headers: Headers) -> bool:
    """Does any field have a name that mail uses? If not, the lines only looked like headers."""
    return any(_KNOWN.match(name.encode() + b":") for name in headers.names())


def _skip_blank(raw: bytes, start: int, end: int) -> int:
    """Past empty lines in front of a header block; a part without headers begins with its one empty line."""
    blank = _BLANK.match(raw, start, end)
    position = blank.end() if blank else start
    return position if position > start and _KNOWN.match(raw, position, min(end, position + 256)) else start


def _resumes(raw: bytes, position: int, end: int) -> bool:
    """After a line that is no header: does the block go on with a well-known field before the next empty line?"""
    for _ in range(20):
        line_end = raw.find(b"\n", position, end)
        line = raw[position : line_end if line_end >= 0 else end]
        if not line.strip():
            return False
        if _KNOWN.match(line):
            return True
        if line_end < 0:
            return False
        position = line_end + 1
    return False
