"""How many segments a text costs: GSM-7 or UCS-2 (3GPP TS 23.038, 23.040). Pure.

An extension character is two septets and never split; neither is a surrogate pair.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENSION = {"\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E}
_EXTENSION |= {"|": 0x40, "€": 0x65}

SEPTETS: dict[str, bytes] = {char: bytes([code]) for code, char in enumerate(_BASIC) if code != _ESCAPE}
SEPTETS |= {char: bytes([_ESCAPE, code]) for char, code in _EXTENSION.items()}
"""Every character of the default alphabet and its extension table, with its septets."""

SEGMENT_BITS = 140 * 8
HEADER_BITS = 6 * 8
"""The user data header of a concatenated message."""


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text becomes on the air; `message_bits` are the characters alone, `total_bits` with headers."""

    encoding: str
    count: int
    message_bits: int
    total_bits: int


def is_gsm7(text: str) -> bool:
    """True when every character is in the default alphabet or its extension."""
    return all(char in SEPTETS for char in text)


def septets(text: str) -> bytes:
    """One septet a byte; raises KeyError for a character outside the alphabet."""
    return b"".join(SEPTETS[char] for char in text)


def measure(text: str) -> Segments:
    """Encoding, segments and bits of `text`. A text that fits one segment carries no header."""
    gsm7 = is_gsm7(text)
    unit_bits = 7 if gsm7 else 16
    sizes = [len(SEPTETS[char]) if gsm7 else 1 + (ord(char) > 0xFFFF) for char in text]
    bits = sum(sizes) * unit_bits
    count = 1 if bits <= SEGMENT_BITS else _filled(sizes, (SEGMENT_BITS - HEADER_BITS) // unit_bits)
    headers = HEADER_BITS * count if count > 1 else 0
    return Segments("GSM-7" if gsm7 else "UCS-2", count, bits, bits + headers)


def _filled(sizes: Iterable[int], room: int) -> int:
    """Segments of `room` units that `sizes` need when none of them is split."""
    count, free = 1, room
    for size in sizes:
        if size > free:
            count, free = count + 1, room
        free -= size
    return count
