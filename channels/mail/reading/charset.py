"""Bytes to text when the label is missing, misspelt or a lie.

Names follow the WHATWG Encoding Standard (encoding.spec.whatwg.org), which records what senders mean by them:
`iso-8859-1` means windows-1252, `gb2312` means GB 18030, `ks_c_5601-1987` means code page 949.
"""

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

_SAMPLE = 8192
_TELLING = 6
"""Fewer high bytes than this tell nothing about a charset."""
_HIGH = bytes(range(128, 256))
_LIKELY = [
    *("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp874"),
    *("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949"),
]
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "unicode-1-1-utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "koi8-ru": "koi8_u",
    "koi": "koi8_r",
    "koi8": "koi8_r",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
}
_GUESS = frozenset({"", "cp1252"})
"""Labels that senders write without knowing: valid UTF-8 in such a text is UTF-8."""
_HIGH_WORD = re.compile(rb"(?<![A-Za-z])[\xa8\xb3\xb8\xa3\xc0-\xff]{3,}(?![A-Za-z\x80-\xff])")
_ISO_2022 = re.compile(rb"\x1b\$[@AB(]|\x1b\(J")


@lru_cache(maxsize=512)
def codec(name: str) -> str:
    """The Python codec for a charset label, `""` when nobody knows it."""
    label = name.strip(" \t\r\n\"'").lower()
    for candidate in (
        _MEANT.get(label, label),
        label.replace("_", "-"),
        re.sub(r"^(cp|x-cp|win|x-)-?", "cp", label),
    ):
        try:
            found = codecs.lookup(_MEANT.get(candidate, candidate))
        except (LookupError, ValueError):
            continue
        if found._is_text_encoding and found.name not in (
            "idna",
            "punycode",
            "unicode_escape",
            "raw_unicode_escape",
        ):
            return found.name
    return ""


@lru_cache(maxsize=512)
def holds_ascii(label: str) -> bool:
    """Are ASCII bytes themselves in this charset? A header is written in one that says yes, whatever the body's is."""
    sample = "From: +AGE-~{ann}@x \\"
    try:
        return bool(codec(label)) and sample.encode("ascii").decode(codec(label)) == sample
    except (UnicodeError, ValueError):
        return False


def decode(data: bytes, label: str = "") -> tuple[str, str]:
    """Text of `data`, and what was odd about it (`""` when its label was right)."""
    name = codec(label)
    if (
        data.isascii()
        and name in ("", "cp1252", "utf-8")
        and not (b"\x1b" in data and _ISO_2022.search(data))
    ):
        return data.decode("ascii"), ""
    if name not in _GUESS:
        try:
            return _whole(data.decode(name), name), ""
        except (UnicodeError, ValueError):
            return _guessed(data, name), f"not {label}: read as well as could be"
    text = _guessed(data, name)
    return (
        text,
        "" if name else f"unknown charset {label!r}: guessed" if label else "no charset named: guessed",
    )


def _whole(text: str, name: str) -> str:
    """UTF-7 can write half a character (RFC 2152): no text that leaves here holds a lone surrogate."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if name == "utf-7" else text


def _guessed(data: bytes, declared: str) -> str:
    if _ISO_2022.search(data):
        return data.decode("iso2022_jp_ext", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if declared == "utf-8" and (_cut_short(data) or _mostly_utf8(data)):
        return data.decode("utf-8", "replace")
    if declared not in ("", "utf-8"):
        return _whole(data.decode(declared, "replace"), declared)
    cyrillic = _cyrillic(data)
    if cyrillic:
        return data.decode(cyrillic, "replace")
    sample = _sample(data)
    if len(sample) - len(sample.translate(None, _HIGH)) < _TELLING:
        return data.decode("cp1252", "replace")
    best = from_bytes(sample, cp_isolation=_LIKELY).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _cyrillic(data: bytes) -> str:
    """Words of high bytes only are Cyrillic far more often than anything else of one byte; the code page of the
    two in use is the one that gives small letters. `""` when the high bytes stand between ASCII letters."""
    words = _HIGH_WORD.findall(data[:_SAMPLE])
    if sum(map(len, words)) * 3 < sum(1 for byte in data[:_SAMPLE] if byte > 127) * 2:
        return ""
    texts = {name: b"".join(words).decode(name, "replace") for name in ("cp1251", "koi8_r")}
    return max(texts, key=lambda name: sum(character.islower() for character in texts[name]))


def _cut_short(data: bytes) -> bool:
    """UTF-8 whose last character lost its end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """Damaged UTF-8 rather than another charset: most of its high bytes still form characters."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    wrong = text.count("�")
    return wrong * 2 <= sum(1 for character in text if character > "\x7f")


def _sample(data: bytes) -> bytes:
    """The bytes around the first high byte: the ASCII before it says nothing about a charset."""
    first = next((match.start() for match in re.finditer(rb"[\x80-\xff]", data)), 0)
    start = max(0, first - 256)
    return data[start : start + _SAMPLE]
