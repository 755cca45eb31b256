"""Pages that no browser would build: recognised by their depth, and read by taking the tags away."""

import re
from html import unescape

_MOST = 2_000_000
"""Characters of a page that are built as a tree; of a longer one only the tags are taken away."""
_DEPTH = 1000
"""Browsers stop at half of it; the parser's cost grows with the square of the depth."""
_NESTING = re.compile(
    r"<(/?)(div|span|blockquote|table|font|center|section|article|b|i|u|a|em|strong|small|big|ul|ol|dl|form|sub|sup)\b",
    re.IGNORECASE,
)
_CODE_BEGINS = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_CODE_ENDS = re.compile(r"</(?:script|style)\b[^>]{0,100}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,10000}>")
_LINES = re.compile(r"<(?:/?(?:p|div|tr|li|h\d|blockquote)|br)\b[^<>]{0,1000}>", re.IGNORECASE)


def unbuildable(html: str) -> bool:
    """Too long or nested too deep for a tree in bounded time."""
    if len(html) > _MOST:
        return True
    if html.count("<") < _DEPTH:
        return False
    depth = 0
    for found in _NESTING.finditer(html):
        depth += -1 if found.group(1) else 1
        if depth > _DEPTH:
            return True
    return False


def stripped(html: str) -> str:
    """Words of a page that no browser would build: tags taken away, nothing else understood."""
    kept = "".join(_CODE_BEGINS.split(piece, maxsplit=1)[0] for piece in _CODE_ENDS.split(html))
    bare = _TAG.sub("", _LINES.sub("\n", kept))
    return re.sub(r"\n{3,}", "\n\n", unescape(bare)).strip()
