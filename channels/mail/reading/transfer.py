"""Content-Transfer-Encoding undone (RFC 2045 section 6) for data that was cut, padded wrongly or glued together."""

import binascii
import re
from contextlib import suppress

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_REST = bytes(set(range(256)) - set(_ALPHABET))
_BLOCK = re.compile(rb"[^=]+")
_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]*)\r?\n", re.MULTILINE)
_END = re.compile(rb"^(?:end|====)[ \t]*\r?$", re.MULTILINE)


def decode(data: bytes, start: int, end: int, encoding: str) -> bytes:
    """The bytes that `data[start:end]` stands for; an unknown encoding is taken as none."""
    name = encoding.strip(" \t\r\n\"';").lower().replace(" ", "-")
    if name.startswith("base64"):
        return base64(data, start, end)
    body = data[start:end]
    if name in ("quoted-printable", "quotedprintable"):
        return binascii.a2b_qp(body)
    if name in ("uuencode", "x-uuencode", "uue", "x-uue"):
        begin = _BEGIN.search(body)
        return uu(body[begin.end() :] if begin else body)
    return body


def base64(data: bytes, start: int = 0, end: int | None = None) -> bytes:
    """RFC 4648 bytes; several padded blocks one after the other are all read, words after the padding are not.

    What is whole, as nearly all is, is decoded in place: an attachment of 50 MB is not copied first.
    """
    end = len(data) if end is None else end
    padding = data.find(b"=", start, end)
    if padding < 0 or (end - padding < 16 and not data[padding:end].strip(b"= \t\r\n")):
        with suppress(binascii.Error):
            return binascii.a2b_base64(memoryview(data)[start:end])
    return _blocks(data[start:end])


def _blocks(data: bytes) -> bytes:
    out: list[bytes] = []
    for block in _BLOCK.finditer(data):
        clean = block.group().translate(None, _REST)
        if not clean:
            continue
        if out and not _continues(data[block.start() : block.start() + 80].lstrip()):
            break
        out.append(_block(clean))
    return b"".join(out)


def _block(clean: bytes) -> bytes:
    whole = len(clean) - (1 if len(clean) % 4 == 1 else 0)
    return binascii.a2b_base64(clean[:whole] + b"=" * (-whole % 4))


def _continues(after: bytes) -> bool:
    """Another base64 block follows: its first line holds nothing but the alphabet."""
    line = after[:80].split(b"\n", 1)[0].strip()
    return len(line) >= 4 and not line.translate(None, _ALPHABET)


def uu(data: bytes) -> bytes:
    """The lines after `begin`; a line that was trimmed is filled up again, one that cannot be read is left out."""
    end = _END.search(data)
    out = []
    for line in data[: end.start() if end else len(data)].splitlines():
        out.append(_uu_line(line))
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    if not line.strip():
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


def uu_files(text: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """A plain body without its uuencoded files, and the files as (name, bytes)."""
    kept, files, position = [], [], 0
    while begin := _BEGIN.search(text, position):
        end = _END.search(text, begin.end())
        if end is None:
            break
        kept.append(text[position : begin.start()])
        coded = text[begin.end() : end.start()]
        name = begin.group(1).decode("utf-8", "replace").strip()
        files.append(
            (
                name,
                base64(coded) if begin.group(0).startswith(b"begin-base64") else uu(coded),
            )
        )
        position = end.end()
    kept.append(text[position:])
    return b"".join(kept), files
