"""The mail inside an opaque S/MIME signature (RFC 8551 section 3.5.2, RFC 5652); the signature is not judged.

Only the way to the content is followed through the BER, in steps that are bounded; whatever is odd is "not readable".
"""

import zlib
from dataclasses import dataclass

_SIGNED = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED = bytes.fromhex("06092a864886f70d010703")
_AUTHENTICATED = bytes.fromhex("060b2a864886f70d0109100117")
_COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
_MOST = 100 * 1024 * 1024
_PIECES = 100_000
_SEQUENCE, _SET, _OCTETS, _INTEGER, _CONTEXT = 0x30, 0x31, 0x04, 0x02, 0xA0


@dataclass(frozen=True, slots=True)
class Opened:
    """`content` is the mail inside, empty when there is none to see; `encrypted`: only its addressee can."""

    content: bytes = b""
    encrypted: bool = False


class _Odd(Exception):
    """The bytes are no such structure."""


def opened(data: bytes) -> Opened:
    """Look into a CMS structure (DER or BER); never raises."""
    try:
        return _opened(data)
    except (_Odd, IndexError, zlib.error):
        return Opened()


def _opened(data: bytes) -> Opened:
    inner, end, _ = _value(data, 0, len(data), _SEQUENCE)
    head = data[inner : inner + 13]
    if head.startswith((_ENVELOPED, _AUTHENTICATED)):
        return Opened(encrypted=True)
    if not head.startswith((_SIGNED, _COMPRESSED)):
        return Opened()
    _, _, after = _value(data, inner, end, 0x06)
    inner, end, _ = _value(data, after, end, _CONTEXT)
    inner, end, _ = _value(data, inner, end, _SEQUENCE)
    _, _, after = _value(data, inner, end, _INTEGER)
    _, _, after = _value(data, after, end, _SET if head.startswith(_SIGNED) else _SEQUENCE)
    inner, end, _ = _value(data, after, end, _SEQUENCE)
    _, _, after = _value(data, inner, end, 0x06)
    inner, end, _ = _value(data, after, end, _CONTEXT)
    content = _octets(data, inner, end)
    if head.startswith(_COMPRESSED):
        content = zlib.decompressobj().decompress(content, _MOST)
    return Opened(content)


def _octets(data: bytes, position: int, end: int) -> bytes:
    """An OCTET STRING, whole or in pieces."""
    if data[position] == _OCTETS:
        start, stop, _ = _value(data, position, end, _OCTETS)
        return data[start:stop]
    inner, end, _ = _value(data, position, end, _OCTETS | 0x20)
    pieces: list[bytes] = []
    while inner < end and data[inner] == _OCTETS and len(pieces) < _PIECES:
        start, stop, inner = _value(data, inner, end, _OCTETS)
        pieces.append(data[start:stop])
    return b"".join(pieces)


def _value(data: bytes, position: int, end: int, tag: int) -> tuple[int, int, int]:
    """Where the value of the element at `position` begins and ends, and where the next one is; raises _Odd.

    Of an indefinite length the end is that of what is around: its own is found by reading on.
    """
    if position + 2 > end or data[position] != tag:
        raise _Odd
    length, start = data[position + 1], position + 2
    if length == 0x80:
        return start, end, end
    if length > 0x80:
        size = length & 0x7F
        if size > 8 or start + size > end:
            raise _Odd
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > end:
        raise _Odd
    return start, start + length, start + length
