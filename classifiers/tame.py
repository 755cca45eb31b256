"""Any text, made safe to tokenise: bounded length, no control characters, no endless word; offsets stay the same."""

import re

TEXT_LIMIT = 200_000
"""Characters that are looked at. A letter of a hundred pages fits; the raw original is kept elsewhere."""
WORD_LIMIT = 80
"""Longer runs without a space are cut: a tokenizer strips marks one by one, which is quadratic in such a run."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
_RUN = re.compile(rf"(\S{{{WORD_LIMIT}}})\S")
_DRESSED = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00a0": " ", "\u2011": "-", "\u2010": "-"}
)


def tamed(text: str) -> str:
    """The first TEXT_LIMIT characters, each replaced by at most one: an offset into it is an offset into `text`.

    Curly apostrophes become straight, so that "don't" is one word however it was typed.
    """
    short = text[:TEXT_LIMIT]
    if not short.isascii():
        short = short.translate(_DRESSED)
    if _CONTROL.search(short):
        short = _CONTROL.sub(" ", short)
    longest = max(map(len, short.split()), default=0)
    return _RUN.sub(r"\1 ", short) if longest > WORD_LIMIT else short
