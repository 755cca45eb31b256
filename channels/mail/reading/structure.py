"""The tree of a mail's parts (RFC 2045, 2046), found in one pass per level, within caps.

The standard library's parser was measured and left: it raises on some raw 8-bit headers, recurses without a
bound and costs a multiple. This one keeps offsets into the raw bytes, so a 50 MB attachment is not copied here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from channels.mail.reading import headers as blocks
from channels.mail.reading import transfer, words
from channels.mail.reading.headers import Headers
from schemas.errors import TooLarge

MOST_PARTS = 2_000
MOST_DEPTH = 40
MOST_BYTES = 100 * 1024 * 1024
_PAGE = (b"<!doctype", b"<html", b"<div", b"<p>", b"<body", b"<head", b"<meta")
_GUESS = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n")
_TYPE = re.compile(r"^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$")


@dataclass(slots=True)
class Part:
    """One node. `start:end` is its undecoded body in `raw`; `inside` names the multipart around it."""

    raw: bytes
    headers: Headers
    start: int
    end: int
    media_type: str = "text/plain"
    parameters: Mapping[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_parameters: Mapping[str, str] = field(default_factory=dict)
    children: list["Part"] = field(default_factory=list)
    inside: str = ""
    multipart: bool = False

    def content(self) -> bytes:
        """The body's bytes with the transfer encoding undone; in memory only while the caller holds them."""
        return transfer.decode(self.raw, self.start, self.end, self.encoding())

    def encoding(self) -> str:
        """Content-Transfer-Encoding as written."""
        return words.text(self.headers.last("content-transfer-encoding"))

    def file_name(self) -> str:
        """The name its sender gave it (RFC 2183, else the older places), data only."""
        given = self.disposition_parameters.get("filename") or self.parameters.get("name")
        return (given or self.parameters.get("filename") or self._located()).strip()

    def _located(self) -> str:
        """The last step of a Content-Location, when it looks like a file's name."""
        if not self.headers.has("content-location"):
            return ""
        last = words.text(self.headers.raw("content-location")).split("?")[0].rpartition("/")[2]
        return (
            last
            if re.search(r"\.[A-Za-z0-9]{1,5}$", last) and not self.media_type.startswith("text/")
            else ""
        )

    def walk(self) -> list["Part"]:
        """This part and all below it, in document order."""
        found, waiting = [], [self]
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting.extend(reversed(part.children))
        return found


class _Counted:
    def __init__(self) -> None:
        self.parts = 0

    def one_more(self, depth: int) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise TooLarge(f"more than {MOST_PARTS} parts")
        if depth > MOST_DEPTH:
            raise TooLarge(f"parts nested deeper than {MOST_DEPTH}")


def parse(raw: bytes) -> Part:
    """The tree of one mail. Raises TooLarge at a cap; nothing else is an error, only a stranger tree."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(f"{len(raw)} bytes, the cap is {MOST_BYTES}")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    top = _part(raw, 0, len(raw), "", 0, _Counted())
    if not blocks.known(top.headers):
        headless = Headers(problems=["no header of a mail: all of it was read as the body"])
        return Part(raw, headless, 0, len(raw), media_type=_sniffed(raw, 0, len(raw)))
    return top


def _part(raw: bytes, start: int, end: int, inside: str, depth: int, counted: _Counted) -> Part:
    counted.one_more(depth)
    found, body = blocks.split(raw, start, end, whole=not inside)
    part = Part(raw, found, body, end, inside=inside)
    _describe(part)
    if part.media_type.startswith("multipart/"):
        _divide(part, depth, counted)
    return part


def _describe(part: Part) -> None:
    written = part.headers.last("content-type")
    if not written and part.inside == "multipart/digest":
        part.media_type = "message/rfc822"
    elif written:
        value, part.parameters = words.value_and_parameters(written)
        if value.startswith("=?") or (not part.parameters and "=?" in value):
            plain = words.words(words.eight_bit(words.unfold(written)))
            value, part.parameters = words.value_and_parameters(plain.encode())
        media_type = value.split(" ", 1)[0].strip(" ,").lower() if value else ""
        part.media_type = media_type if _TYPE.match(media_type) else _bare(media_type)
    disposed = part.headers.raw("content-disposition")
    if disposed:
        value, part.disposition_parameters = words.value_and_parameters(disposed)
        part.disposition = value.strip().lower()


def _bare(media_type: str) -> str:
    """What `text`, `html` or nothing at all stands for; anything else unreadable is bytes."""
    known = {
        "text": "text/plain",
        "": "text/plain",
        "plain": "text/plain",
        "html": "text/html",
        "text/": "text/plain",
    }
    return known.get(media_type, "application/octet-stream" if "/" not in media_type else media_type)


def _divide(part: Part, depth: int, counted: _Counted) -> None:
    boundary = _boundary(part)
    spans = _spans(part.raw, part.start, part.end, boundary)
    if not spans and boundary != boundary.rstrip():
        spans = _spans(part.raw, part.start, part.end, boundary.rstrip())
    if not spans:
        if not part.raw[part.start : part.end].strip():
            part.multipart = True
            return
        part.headers.problems.append(f"{part.media_type} without its boundary: read as text")
        part.media_type = _sniffed(part.raw, part.start, part.end)
        return
    part.multipart = True
    for start, end in spans:
        part.children.append(_part(part.raw, start, end, part.media_type, depth + 1, counted))


def _boundary(part: Part) -> bytes:
    named = part.parameters.get("boundary", "")
    if named:
        return named.encode("utf-8", "surrogateescape")
    guess = _GUESS.search(part.raw[part.start : min(part.end, part.start + 65_536)])
    return guess.group(1) if guess else b""


def _spans(raw: bytes, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
    """Where the parts between the delimiter lines are; a missing last delimiter is forgiven."""
    spans: list[tuple[int, int]] = []
    opened = -1
    for line_start, line_end, closes in _delimiters(raw, start, end, boundary):
        if opened >= 0:
            spans.append((opened, max(opened, line_start)))
        if len(spans) > MOST_PARTS:
            raise TooLarge(f"more than {MOST_PARTS} parts")
        opened = -1 if closes else line_end
        if closes:
            break
    if opened >= 0:
        spans.append((opened, end))
    return spans


def _delimiters(raw: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Delimiter lines (RFC 2046 section 5.1.1) as (end of what is before, start of what follows, is the last)."""
    if not boundary:
        return
    sought, position = b"--" + boundary, start
    while (found := raw.find(sought, position, end)) >= 0:
        position = found + len(sought)
        newline = raw.find(b"\n", position, end)
        line_end = end if newline < 0 else newline
        rest = raw[position : min(line_end, position + 80)].strip(b" \t\r")
        if rest not in (b"", b"--") or (found > start and raw[found - 1 : found] != b"\n"):
            continue
        before = found - 1 if found > start else found
        if before > start and raw[before - 1 : before] == b"\r" and found > start:
            before -= 1
        yield before, min(line_end + 1, end), rest == b"--"


def _sniffed(raw: bytes, start: int, end: int) -> str:
    """HTML gives itself away in its first characters."""
    head = raw[start : min(end, start + 512)].lstrip().lower()
    page = head.startswith(_PAGE) or (head.startswith(b"<?xml") and b"<html" in head)
    return "text/html" if page else "text/plain"
