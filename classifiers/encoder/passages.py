"""Where sentences begin and end, in any language: a passage is what one vector can hold.

A sentence that is too long (or a text dictated without any mark) is cut at a comma or a space; one that is too short
to mean anything alone stays with the one before it.
"""

import re

OPENING, ENDING = 3_000, 1_000
"""Characters that are read of a text that is longer than both together: its beginning and its end."""
_LONGEST, _LONGEST_DENSE = 160, 56
"""Characters of a passage; fewer where a character is a syllable or a word."""
_SHORTEST, _SHORTEST_DENSE = 12, 5
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'»”)\]]*\s+|[。！？｡؟।۔፡።]+[」』”)]*\s*|\s*\n\s*\n?\s*|\s[-–—•]\s")
_DENSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CUTS = re.compile(r"[,;:،、，；]\s*|\s+")


def passages_of(text: str) -> list[tuple[int, int]]:
    """Character offsets of the passages of a text, in order; empty for a text without a word."""
    found: list[tuple[int, int]] = []
    for begin, end in _stretches(text):
        found.extend(_sentences(text, begin, end))
    return found


def unread(text: str) -> tuple[int, int]:
    """Where the stretch stands that is left out of a very long text; nothing (0, 0) of others."""
    long = len(text) > OPENING + ENDING
    return (OPENING, len(text) - ENDING) if long else (0, 0)


def _stretches(text: str) -> list[tuple[int, int]]:
    first, last = unread(text)
    return [(0, first), (last, len(text))] if last else [(0, len(text))]


def _sentences(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = begin
    for mark in [*(one.end() for one in _END.finditer(text, begin, end)), end]:
        bare = text[start:mark].strip()
        if not bare:
            start = mark
            continue
        first = start + len(text[start:mark]) - len(text[start:mark].lstrip())
        last = first + len(bare)
        dense = _is_dense(bare)
        if found and found[-1][0] >= begin and len(bare) < (_SHORTEST_DENSE if dense else _SHORTEST):
            found[-1] = (found[-1][0], last)
        else:
            found.extend(_pieces(text, first, last, _LONGEST_DENSE if dense else _LONGEST))
        start = mark
    return found


def _is_dense(text: str) -> bool:
    return not text.isascii() and 3 * len(_DENSE.findall(text)) > len(text)


def _pieces(text: str, begin: int, end: int, longest: int) -> list[tuple[int, int]]:
    found = []
    while end - begin > longest:
        half = begin + longest // 2
        cut = max((one.end() for one in _CUTS.finditer(text, half, begin + longest)), default=begin + longest)
        found.append((begin, cut))
        begin = cut
    return [*found, (begin, end)] if begin < end else found
