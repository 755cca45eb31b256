"""A header block as a list of fields (RFC 5322 section 2.2), tolerant of what mail really carries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.mail.reading import words
from schemas.errors import TooLarge

MOST_FIELDS = 5_000
MOST_BYTES = 4 * 1024 * 1024
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
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
    """Fields in their order. Names are lower-case text, values raw bytes, still folded."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def raw(self, name: str) -> bytes:
        """The first field's bytes, `b""` without one."""
        return next((value for key, value in self.fields if key == name), b"")

    def last(self, name: str) -> bytes:
        """The last field's bytes: what wins when a sender wrote Content-Type twice."""
        return next((value for key, value in reversed(self.fields) if key == name), b"")

    def every(self, name: str) -> Iterator[bytes]:
        """All fields of that name."""
        return (value for key, value in self.fields if key == name)

    def has(self, name: str) -> bool:
        """Is there such a field, be it empty?"""
        return any(key == name for key, _ in self.fields)

    def text(self, name: str, hint: str = "") -> str:
        """The first field that is not empty, for people: decoded, one line."""
        return next(
            (said for value in self.every(name) if (said := words.text(value, hint))),
            "",
        )


def split(raw: bytes, start: int, end: int, whole: bool = True) -> tuple[Headers, int]:
    """The header block of `raw[start:end]` and where the body begins. Raises TooLarge.

    `whole`: a mail, before which empty lines may stand; a part that begins with one has no headers.
    """
    found = Headers()
    position = first = _skip_blank(raw, start, end) if whole else start
    value_start, name = -1, ""
    while position < end:
        line_end = raw.find(b"\n", position, end)
        after = end if line_end < 0 else line_end + 1
        if position - first > MOST_BYTES or len(found.fields) > MOST_FIELDS:
            raise TooLarge(f"header block over {MOST_BYTES} bytes or {MOST_FIELDS} fields")
        line = raw[position : min(after, position + 256)]
        field_match = _FIELD.match(line)
        if not line.strip(b"\r\n"):
            _close(found, name, raw, value_start, position)
            return found, after
        if line[:1] in b" \t" and name:
            position = after
            continue
        if field_match is None:
            if _MBOX.match(line) and position == first:
                position = after
                first = position
                continue
            if name and _resumes(raw, after, end):
                found.problems.append("a header line without a colon was passed over")
                _close(found, name, raw, value_start, position)
                name, position = "", after
                continue
            _close(found, name, raw, value_start, position)
            return found, position
        _close(found, name, raw, value_start, position)
        name = field_match.group(1).decode("ascii").lower()
        value_start = position + field_match.end()
        position = after
    _close(found, name, raw, value_start, end)
    return found, end


def known(headers: Headers) -> bool:
    """Does any field have a name that mail uses? If not, the lines only looked like headers."""
    return any(_KNOWN.match(name.encode() + b":") for name, _ in headers.fields)


def _close(found: Headers, name: str, raw: bytes, value_start: int, value_end: int) -> None:
    if name:
        found.fields.append((name, raw[value_start:value_end]))


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
