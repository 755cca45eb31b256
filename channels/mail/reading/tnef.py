"""winmail.dat opened: Outlook's TNEF packets ([MS-OXTNEF]) hold the files and sometimes the only words of a mail.

A packet that is cut or lies about its lengths gives what was read before; nothing is raised.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.mail.reading import charset, html, rtf
from channels.mail.reading.enclosure import Enclosure

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_ATTRIBUTES = 10_000
_RENDER, _TITLE, _DATA, _PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_MESSAGE_PROPERTIES, _BODY, _CODE_PAGE = 0x9003, 0x800C, 0x9007
_P_BODY, _P_RTF, _P_HTML = 0x1000, 0x1009, 0x1013
_P_DATA, _P_SHORT_NAME, _P_LONG_NAME, _P_DISPLAY, _P_MIME = 0x3701, 0x3704, 0x3707, 0x3001, 0x370E
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_VARIABLE = frozenset({13, 30, 31, 258})


@dataclass(slots=True)
class Packet:
    """What was inside. `has_body`: the packet carried words, in whatever form."""

    enclosures: list[Enclosure] = field(default_factory=list)
    text: str = ""
    has_body: bool = False
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    title: str = ""
    data: bytes = b""
    names: dict[int, str] = field(default_factory=dict)


def read(data: bytes) -> Packet:
    """Open one stream."""
    packet = Packet()
    page, files = "cp1252", list[_File]()
    for level, name, value in _attributes(data, packet):
        if name == _CODE_PAGE and len(value) >= 4:
            page = f"cp{struct.unpack_from('<I', value)[0]}"
        elif level == 1:
            _words(packet, name, value, page)
        elif name == _RENDER:
            files.append(_File())
        elif files:
            _into(files[-1], name, value, page)
    packet.enclosures = [_enclosure(file) for file in files]
    return packet


def _attributes(data: bytes, packet: Packet) -> Iterator[tuple[int, int, bytes]]:
    """Level, name and bytes of each attribute; checksums are not worth refusing a file for."""
    if data[:4] != SIGNATURE:
        packet.problems.append("not a TNEF stream")
        return
    position = 6
    for _ in range(MOST_ATTRIBUTES):
        if position + 9 > len(data):
            return
        level, name, _kind, length = struct.unpack_from("<BHHI", data, position)
        start = position + 9
        if level not in (1, 2) or start + length > len(data):
            packet.problems.append("TNEF stream is cut or damaged: read up to there")
            return
        yield level, name, data[start : start + length]
        position = start + length + 2


def _words(packet: Packet, name: int, value: bytes, page: str) -> None:
    if name == _BODY and value.strip(b"\0"):
        packet.text, packet.has_body = charset.decode(value.rstrip(b"\0"), page)[0], True
    elif name == _MESSAGE_PROPERTIES:
        found = dict(_properties(value))
        for key in (_P_BODY, _P_HTML, _P_RTF):
            if key in found and not packet.text:
                packet.has_body = True
                packet.text = _text_of(key, *found[key], page)


def _text_of(key: int, kind: int, value: bytes, page: str) -> str:
    if key == _P_RTF:
        return rtf.to_text(rtf.decompress(value))
    text = _string(kind, value, page)
    return html.to_text(text) if key == _P_HTML else text


def _into(file: _File, name: int, value: bytes, page: str) -> None:
    if name == _TITLE:
        file.title = _string(30, value, page)
    elif name == _DATA:
        file.data = value
    elif name == _PROPERTIES:
        for key, (kind, content) in _properties(value):
            if key == _P_DATA:
                file.data = file.data or (content[16:] if kind == 13 else content)
            elif kind in (30, 31):
                file.names[key] = _string(kind, content, page)


def _enclosure(file: _File) -> Enclosure:
    chosen = (file.names.get(key) for key in (_P_LONG_NAME, _P_SHORT_NAME))
    name = next((name for name in chosen if name), file.title or file.names.get(_P_DISPLAY, ""))
    return Enclosure(name or "attachment", file.names.get(_P_MIME, "application/octet-stream"), file.data)


def _string(kind: int, value: bytes, page: str) -> str:
    if kind == 31:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return charset.decode(value.split(b"\0", 1)[0], page)[0]


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Tag and (type, first value) of each MAPI property ([MS-OXTNEF] section 2.1.3.4)."""
    try:
        count, position = struct.unpack_from("<I", data)[0], 4
        for _ in range(min(count, MOST_ATTRIBUTES)):
            kind, tag = struct.unpack_from("<HH", data, position)
            position = _past_name(data, position + 4, tag)
            value, position = _value(data, position, kind)
            yield tag, (kind & 0xFFF, value)
    except (struct.error, KeyError):
        return


def _past_name(data: bytes, position: int, tag: int) -> int:
    if tag < 0x8000:
        return position
    by_name, length = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (_padded(length) if by_name else 0)


def _value(data: bytes, position: int, kind: int) -> tuple[bytes, int]:
    """The first of the property's values, and where the next property begins. Unknown types: KeyError."""
    base, multiple = kind & 0xFFF, bool(kind & 0x1000)
    count = 1
    if multiple or base in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, position)
        position += 4
    first = b""
    for index in range(min(count, MOST_ATTRIBUTES)):
        if base in _VARIABLE:
            (length,) = struct.unpack_from("<I", data, position)
            position += 4
            size = _padded(length)
        else:
            length = size = _FIXED[base]
        if index == 0:
            first = data[position : position + length]
        position += size
    return first, position


def _padded(length: int) -> int:
    return length + (-length % 4)
