"""Header values as text: folds, raw 8-bit bytes, encoded words (RFC 2047) and parameters (RFC 2231), mixed as
senders mix them.
"""

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from channels.mail.reading import charset, transfer

_SHORT = 200
MOST = 100_000
"""Bytes of a header value that are looked at: more says nothing to a person."""
_FOLD = re.compile(rb"\r?\n(?:[ \t]{2,}|(?![ \t]))")
"""A line end with the white space behind it, unless that is one character."""
_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?]*)?\?([bBqQ])\?", re.DOTALL)
_MARK = re.compile(r'[\\";]')
_PAIR = re.compile(r"\\(.)")
_HEX = re.compile(r"[0-9A-F]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_PARAMETER = re.compile(r"^([^\s=*]+)(?:\*(\d{1,3}))?(\*)?$")


def unfold(raw: bytes) -> bytes:
    """One line of a folded header value (RFC 5322 section 2.2.3).

    The white space of a continuation line is kept when it is one character, else it is one space.
    """
    raw = raw[:MOST].strip(b" \t\r\n")
    return _FOLD.sub(b" ", raw).replace(b"\r\n", b"").replace(b"\n", b"") if b"\n" in raw else raw


def text(raw: bytes, hint: str = "") -> str:
    """A header value for people: decoded, on one line, without control characters. `hint`: charset of raw bytes, the
    body's; one that does not hold ASCII as it is (UTF-16, EBCDIC) says nothing of a header."""
    line = eight_bit(unfold(raw), hint)
    return line.strip() if line.isprintable() and line.isascii() and "=?" not in line else tidy(words(line))


def eight_bit(raw: bytes, hint: str = "") -> str:
    """Raw bytes as characters; nothing is said about encoded words yet."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return charset.decode(raw, hint if charset.holds_ascii(hint) else "")[0]


def tidy(value: str) -> str:
    """No line end, NUL, control character or lone surrogate leaves a header (attack: an encoded line break)."""
    return _printable(value).strip()


def _printable(value: str) -> str:
    clean = value if value.isprintable() else _CONTROL.sub(" ", value)
    return clean if clean.isascii() else clean.encode("utf-8", "replace").decode("utf-8")


def words(value: str) -> str:
    """Encoded words decoded; neighbours of one charset are joined first, as characters are cut in two."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[_Word] = []
    position = 0
    while (opened := value.find("=?", position)) >= 0:
        word = _word(value, opened)
        between = value[position:opened]
        if word is None:
            out += [_flush(pending), between, "=?"]
            position = opened + 2
            continue
        if between.strip() or (pending and pending[0].charset != word.charset):
            out.append(_flush(pending))
        if between.strip() or not (pending or out):
            out.append(between)
        pending.append(word)
        position = word.end
    return "".join([*out, _flush(pending), value[position:]]) if out or pending else value


def end_of_word(value: str, opened: int) -> int:
    """Where the encoded word that begins at `opened` ends, `opened` when none begins there."""
    word = _word(value, opened)
    return word.end if word else opened


@dataclass(frozen=True, slots=True)
class _Word:
    """One encoded word, its text still coded; `end` is where it ends in the value."""

    charset: str
    encoding: str
    coded: str
    end: int


def _word(value: str, opened: int) -> _Word | None:
    head = _WORD.match(value, opened)
    if head is None:
        return None
    stop = value.find("?=", head.end())
    if stop < 0:
        return None
    if head.group(2) in "qQ":
        stop = _q_end(value, stop)
    return _Word(head.group(1).lower(), head.group(2).lower(), value[head.end() : stop], stop + 2)


def _q_end(value: str, stop: int) -> int:
    """A raw `?` before `=E2` is no end, though it looks like one."""
    while _HEX.match(value, stop + 2):
        following = value.find("?=", stop + 2, stop + 80)
        if following < 0 or " " in value[stop:following]:
            break
        stop = following
    return stop


def _flush(pending: list[_Word]) -> str:
    """The text of neighbours; base64 that was cut between two words is joined before it is decoded."""
    if not pending:
        return ""
    label, data, cut = pending[0].charset, [], ""
    for word in pending:
        if word.encoding == "q":
            data.append(binascii.a2b_qp(_raw(word.coded).replace(b" ", b"_"), header=True))
            continue
        coded = cut + word.coded.strip()
        cut = coded if len(coded) % 4 and not coded.endswith("=") and word is not pending[-1] else ""
        data.append(b"" if cut else transfer.base64(_raw(coded)))
    pending.clear()
    return charset.decode(b"".join(data), label)[0]


def _raw(coded: str) -> bytes:
    return coded.encode("utf-8", "surrogateescape")


def value_and_parameters(raw: bytes) -> tuple[str, Mapping[str, str]]:
    """`text/plain; charset=x` as ("text/plain", {"charset": "x"}); names in lower case, values decoded."""
    return _known(raw) if len(raw) <= _SHORT else _value_and_parameters(raw)


def _value_and_parameters(raw: bytes) -> tuple[str, Mapping[str, str]]:
    first, *rest = _split(eight_bit(unfold(raw)))
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for item in rest:
        name, _, value = item.partition("=")
        found = _PARAMETER.match(name.strip().lower())
        if found:
            order = int(found.group(2) or 0)
            pieces.setdefault(found.group(1), []).append((order, bool(found.group(3)), _unquoted(value)))
    return tidy(first), {name: _joined(found) for name, found in pieces.items()}


_known = lru_cache(maxsize=512)(_value_and_parameters)
"""The same few types and dispositions come with every mail."""


def _split(value: str) -> list[str]:
    """At semicolons outside quoted strings; a quote that never ends is none."""
    items: list[str] = []
    start, quoted, escaped = 0, False, -1
    quotes = value.count('"')
    for found in _MARK.finditer(value):
        place, mark = found.start(), found.group()
        if place == escaped:
            continue
        if mark == "\\":
            escaped = place + 1 if quoted else -1
        elif mark == '"':
            if quoted or quotes > 1:
                quoted = not quoted
                quotes -= 1
        elif not quoted:
            items.append(value[start:place])
            start = place + 1
    return [*items, value[start:]]


def _unquoted(value: str) -> str:
    value = value.strip()
    return unescaped(value[1:].removesuffix('"')) if value.startswith('"') else value


def unescaped(value: str) -> str:
    """Quoted pairs (RFC 5322 section 3.2.1) undone."""
    return _PAIR.sub(r"\1", value) if "\\" in value else value


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    extended = [piece for piece in pieces if piece[1]]
    plain = [piece for piece in pieces if not piece[1]]
    if not extended:
        return _printable(
            words(
                "".join(
                    value for _, _, value in (sorted(plain) if len({p[0] for p in plain}) > 1 else plain[:1])
                )
            )
        )
    chosen = sorted(pieces) if any(piece[0] for piece in pieces) else extended[:1]
    label, data = "", b""
    for index, (_, coded, value) in enumerate(chosen):
        if coded and index == 0 and value.count("'") >= 2:
            label, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if coded else value.encode()
    decoded = charset.decode(data, label)[0]
    return _printable(words(decoded))
