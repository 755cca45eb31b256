"""Header values as text: folded lines, raw 8-bit bytes, encoded words (RFC 2047) and parameters (RFC 2231), mixed as senders mix them."""

import binascii
import re
from urllib.parse import unquote_to_bytes

from channels.mail.reading import charset

_FOLD = re.compile(rb"\r?\n[ \t]*")
_WORD = re.compile(r"([^?\s*]{1,60})(?:\*[^?]*)?\?([bBqQ])\?", re.DOTALL)
_STOP = re.compile(r"\?=(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_PARAMETER = re.compile(r"^([^\s=*]+)(?:\*(\d{1,3}))?(\*)?$")


def unfold(raw: bytes) -> bytes:
    """One line of a folded header value (RFC 5322 section 2.2.3)."""
    return (
        _FOLD.sub(b" ", raw).strip(b" \t\r\n")
        if b"\n" in raw
        else raw.strip(b" \t\r\n")
    )


def text(raw: bytes, hint: str = "") -> str:
    """A header value for people: decoded, on one line, without control characters. `hint`: charset of raw bytes."""
    return tidy(words(eight_bit(unfold(raw), hint)))


def eight_bit(raw: bytes, hint: str = "") -> str:
    """Raw bytes as characters; nothing is said about encoded words yet."""
    return charset.decode(raw, hint)[0]


def tidy(value: str) -> str:
    """No line end, NUL, control character or lone surrogate leaves a header (attack: an encoded line break)."""
    clean = _CONTROL.sub(" ", value) if not value.isprintable() else value
    return clean.encode("utf-8", "replace").decode("utf-8").strip()


def words(value: str) -> str:
    """Encoded words decoded; bytes of neighbours in one charset are joined first, as characters are cut in two."""
    if "=?" not in value:
        return value
    out: list[str] = []
    pending: list[tuple[str, bytes]] = []
    first, *pieces = value.split("=?")
    out.append(first)
    for piece in pieces:
        found = _encoded(piece)
        if found is None:
            out += [_flush(pending), "=?" + piece]
            continue
        name, data, rest = found
        if pending and pending[0][0] != name:
            out.append(_flush(pending))
        pending.append((name, data))
        if rest.strip():
            out += [_flush(pending), rest]
    out.append(_flush(pending))
    return "".join(out)


def _encoded(piece: str) -> tuple[str, bytes, str] | None:
    """Charset, bytes and what follows, of `charset?Q?text?=...`."""
    head = _WORD.match(piece)
    if head is None:
        return None
    stop = _STOP.search(piece, head.end()) or re.search(r"\?=", piece[head.end() :])
    if stop is None:
        return None
    end = stop.start() if stop.re is _STOP else stop.start() + head.end()
    coded = piece[head.end() : end]
    return head.group(1).lower(), _bytes_of(coded, head.group(2)), piece[end + 2 :]


def _bytes_of(coded: str, encoding: str) -> bytes:
    raw = coded.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    from channels.mail.reading.transfer import base64

    return base64(raw)


def _flush(pending: list[tuple[str, bytes]]) -> str:
    if not pending:
        return ""
    data = b"".join(data for _, data in pending)
    name = pending[0][0]
    pending.clear()
    return charset.decode(data, name)[0]


def value_and_parameters(raw: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x` as ("text/plain", {"charset": "x"}); names in lower case, values decoded."""
    first, *rest = _split(eight_bit(unfold(raw), hint))
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for item in rest:
        name, _, value = item.partition("=")
        found = _PARAMETER.match(name.strip().lower())
        if found:
            order = int(found.group(2) or 0)
            pieces.setdefault(found.group(1), []).append(
                (order, bool(found.group(3)), _unquoted(value))
            )
    return tidy(first), {name: _joined(found) for name, found in pieces.items()}


def _split(value: str) -> list[str]:
    """At semicolons outside quoted strings; a quote that never ends is none."""
    items: list[str] = []
    current: list[str] = []
    quoted = escaped = False
    quotes = value.count('"')
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"' and (quoted or quotes > 1):
            quoted = not quoted
            quotes -= 1
        elif character == ";" and not quoted:
            items.append("".join(current))
            current = []
            continue
        current.append(character)
    return [*items, "".join(current)]


def _unquoted(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))
    return value


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    extended = [piece for piece in pieces if piece[1]]
    plain = [piece for piece in pieces if not piece[1]]
    if not extended:
        return tidy(
            words(
                "".join(
                    value
                    for _, _, value in (
                        sorted(plain) if len({p[0] for p in plain}) > 1 else plain[:1]
                    )
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
    return tidy(words(decoded))
