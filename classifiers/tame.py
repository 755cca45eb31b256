"""Any text, made safe to read: bounded length, no control characters, one kind of space; offsets stay the same."""

import re

TEXT_LIMIT = 200_000
"""Characters that are looked at. A letter of a hundred pages fits; the raw original is kept elsewhere."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ODD = re.compile(
    r"[\x80-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\ud800-\udfff]|[\u2018\u2019\u02bc]|[\u2010\u2011]"
)
_MARKS = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-"}


def tamed(text: str) -> str:
    """The first TEXT_LIMIT characters, each replaced by one: an offset into it is an offset into `text`.

    Curly apostrophes become straight, so that "don't" is one word however it was typed.
    """
    short = _CONTROL.sub(" ", text[:TEXT_LIMIT])
    return short if short.isascii() else _ODD.sub(lambda found: _MARKS.get(found.group(), " "), short)
