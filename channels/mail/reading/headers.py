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
    first = position = _past_mailbox_line(raw, _skip_blank(raw, start, end), end) if whole else start
    name, value_start = "", position
    while position < end:
        line, after = _line(raw, position, end)
        if position - first > MOST_BYTES or len(found.fields) > MOST_FIELDS:
            raise TooLarge(f"header block over {MOST_BYTES} bytes or {MOST_FIELDS} fields")
        opened, blank = _FIELD.match(line), not line.strip(b"\r\n")
        if not opened and not blank and name and line[:1] in b" \t":
            position = after
            continue
        if name:
            found.fields.append((name, raw[value_start:position]))
        if blank:
            return found, after
        if opened:
            name, value_start = opened.group(1).decode("ascii").lower(), position + opened.end()
        elif found.fields and _resumes(raw, after, end):
            found.problems.append("a header line without a colon was passed over")
            name = ""
        else:
            return found, position
        position = after
    if name:
        found.fields.append((name, raw[value_start:end]))
    return found, end


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
    return any(_KNOWN.match(name.encode() + b":") for name, _ in headers.fields)


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
