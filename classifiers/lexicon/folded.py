"""A text without what people leave out when they type: capitals, accents, wide letters. Character for character."""

import unicodedata

_BENT = 0x0530
"""Below it lie the Latin, Greek and Cyrillic letters; other scripts' marks are letters of their own."""


class _Folds(dict[int, str]):
    """What each character is read as: its base letter in small, one character for one."""

    def __missing__(self, code: int) -> str:
        one = chr(code)
        parts = unicodedata.normalize("NFKD", one)
        base = parts[0] if ord(parts[0]) < _BENT else one
        lower = base.lower()
        self[code] = lower if len(lower) == 1 else one
        return self[code]


_OWN = {"ß": "s", "ı": "i", "İ": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d"}
_FOLDS = _Folds({ord(letter): plain for letter, plain in _OWN.items()})


def folded(text: str) -> str:
    """The same number of characters, so that an offset into it is an offset into `text`."""
    return text.translate(_FOLDS)
