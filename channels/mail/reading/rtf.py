"""Compressed RTF ([MS-OXRTFCP]) and the words in it: what Outlook sends when it sends neither plain text nor HTML."""

import re
import struct

_PREFIX = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_MOST = 4 * 1024 * 1024
_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_DROPPED = frozenset(
    (
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "htmltag",
        "mhtmltag",
        "generator",
        "header",
        "footer",
        "listtable",
    )
)
_SAID = {"par": "\n", "line": "\n", "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘"}
_SAID |= {"rquote": "’", "ldblquote": "“", "rdblquote": "”", "row": "\n", "cell": "\t"}


def decompress(data: bytes) -> bytes:
    """LZFu undone; `b""` for what is none. At most `_MOST` bytes come out."""
    if len(data) < 16:
        return b""
    _, size, kind = struct.unpack_from("<III", data)
    if kind == 0x414C454D:
        return data[16 : 16 + size]
    if kind != 0x75465A4C:
        return b""
    window = bytearray(_PREFIX.ljust(4096, b"\0"))
    write, out, position = len(_PREFIX), bytearray(), 16
    while position < len(data) and len(out) < min(size, _MOST):
        control = data[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(out)
                token = data[position] << 8 | data[position + 1]
                position += 2
                offset, length = token >> 4, (token & 15) + 2
                if offset == write:
                    return bytes(out)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    window[write] = byte
                    write = (write + 1) % 4096
                    out.append(byte)
            elif position < len(data):
                window[write] = data[position]
                write = (write + 1) % 4096
                out.append(data[position])
                position += 1
    return bytes(out)


def to_text(data: bytes) -> str:
    """The words: control words dropped, `\\par` as a line end, hidden and technical groups left out."""
    out: list[str] = []
    dropped: list[bool] = [False]
    skip = 0
    for word, number, code, symbol, brace, text in _TOKEN.findall(data.decode("latin-1")):
        if brace == "{":
            dropped.append(dropped[-1])
        elif brace == "}":
            dropped = dropped[:-1] or [False]
        elif symbol == "*" or word in _DROPPED or (word == "htmlrtf" and number != "0"):
            dropped[-1] = True
        elif word == "htmlrtf":
            dropped[-1] = False
        elif dropped[-1]:
            continue
        elif word == "u" and number:
            out.append(chr(int(number) % 65536))
            skip = 1
        elif code:
            out.append("" if skip else bytes([int(code, 16)]).decode("cp1252", "replace"))
            skip = 0
        elif word:
            out.append(_SAID.get(word, ""))
        elif symbol:
            out.append({"~": " ", "_": "-"}.get(symbol, symbol if symbol in "\\{}" else ""))
        elif text:
            out.append(text[1:] if skip and text[:1] == "?" else text)
            skip = 0
    return "".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
