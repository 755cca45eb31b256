"""Words as they are meant: letters with spaces or marks between them, letters of another alphabet that look alike,
signs for letters, hashtags, and the gravest words with one mistake.

    g a s   l e a k     #gasleak     i smell g@s     gаs (Cyrillic а)     explosoin

What comes out is a second reading of a text, as words with the places where they stand in it. Only what is odd enough
is read a second time.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from classifiers.document import Words
from classifiers.lexicon.spelling import GLUED

_SPACED = re.compile(r"(?<!\w)\w(?:[ .\-_*·/]{1,4}\w(?!\w)){2,}")
"""Three single letters or more, with spaces or marks between them."""
_GAP = re.compile(r"\s{2,}|[ ][.\-_*·/][ ]")
_MARKED, _GAP_OF_MARKED = re.compile(r"\w[.\-_*·/]\w"), re.compile(r"\S?\s+")
"""Where marks alone stand between letters any space is a gap between words: "G.A.S. L.E.A.K."."""
_LETTER = re.compile(r"\w")
_HASHTAG = re.compile(r"#(\w{5,60})")
_CAMEL = re.compile(r"[A-ZÄÖÜ]?[a-zäöüß]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
_SIGNS = {
    "@": "a",
    "$": "s",
    "0": "o",
    "1": "i",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "!": "i",
    "|": "l",
    "€": "e",
}
_SIGNED = re.compile(
    r"(?<![\w@.])[^\W\d_]+(?:[@$!|€][^\W\d_]+)+(?![\w@.])|(?<![\w@.])[^\W\d_]+[013457]{1,2}[^\W\d_]+(?![\w@.])"
)
_DIGIT_INSIDE = re.compile(r"[^\W\d_][013457]{1,2}[^\W\d_]")
_SIGNS_INSIDE, _MARKS_INSIDE = "@$|€!", ".-_*·/"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ALIKE = dict(
    zip(
        "асеорхуіјѕԁһӏкмтвнАСЕОРХУІЈЅВНКМТαονρτικεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aceopxyijsdhlkmtbhACEOPXYIJSBHKMTaovptikeABEZHIKMNOPTYX",
        strict=True,
    )
)
"""Letters of the Cyrillic and Greek alphabets that look like Latin ones."""
_LATIN = re.compile(r"[A-Za-z]")


class Meant(NamedTuple):
    """A word as it is meant, and where it stands."""

    word: str
    start: int
    end: int


Split = Callable[[str], Sequence[str]]
"""A stretch without spaces into known words; nothing when it is none."""
Mended = Callable[[str], str]
"""A word with its mistake mended; the word itself when there is none."""


def may_be_disguised(text: str, words: Words, strangers: Sequence[str]) -> bool:
    """Whether a second reading may find more than the first one; quick, as most texts hold nothing of the kind.

    `strangers`: the text's words that are none of the commonest.
    """
    single = words.wordy & (words.ends - words.begins == 1)
    if (single[2:] & single[1:-1] & single[:-2]).any():
        return True
    if "#" in text and _HASHTAG.search(text):
        return True
    if any(text[place + 1].isalpha() for sign in _SIGNS_INSIDE for place in _inside(text, sign)):
        return True
    if any(text[place + 2 : place + 3] == mark for mark in _MARKS_INSIDE for place in _inside(text, mark)):
        return True
    return _DIGIT_INSIDE.search(" ".join(strangers)) is not None


def _inside(text: str, sign: str) -> Iterator[int]:
    """Where a sign stands with a letter before it and something behind it."""
    place = text.find(sign)
    while 0 <= place < len(text) - 1:
        if place and text[place - 1].isalpha():
            yield place
        place = text.find(sign, place + 1)


def meant(text: str, split: Split, mended: Mended) -> list[Meant]:
    """The second reading of all words of a text."""
    told = [*_spaced(text), *_hashtags(text, split), *_signed(text)]
    found: list[Meant] = []
    for one in _between(text, sorted(told, key=lambda one: one.start)):
        word = _plain(one.word)
        better = mended(word)
        apart = text[one.start : one.end] != one.word
        parts = split(better) if better == word and (apart or len(word) >= GLUED) else ()
        found.extend(Meant(part, one.start, one.end) for part in parts or (better,))
    return found


def _between(text: str, taken: Sequence[Meant]) -> Iterator[Meant]:
    """All words: those that are taken, and the ordinary ones between them."""
    place = 0
    for one in [*taken, Meant("", len(text), len(text))]:
        if one.start >= place:
            yield from (Meant(word.group(), *word.span()) for word in _WORD.finditer(text, place, one.start))
        if one.word:
            yield one
        place = max(place, one.end)


def _spaced(text: str) -> Iterator[Meant]:
    for stretch in _SPACED.finditer(text):
        begin = stretch.start()
        gap = _GAP_OF_MARKED if _MARKED.search(stretch.group()) else _GAP
        for part in [*gap.finditer(stretch.group()), None]:
            end = stretch.end() if part is None else stretch.start() + part.start()
            letters = "".join(_LETTER.findall(text[begin:end]))
            if letters:
                yield Meant(letters, begin, end)
            begin = end if part is None else stretch.start() + part.end()


def _hashtags(text: str, split: Split) -> Iterator[Meant]:
    for tag in _HASHTAG.finditer(text):
        humps = _CAMEL.findall(tag.group(1))
        words = humps if len(humps) > 1 else split(tag.group(1).lower())
        for word in words or (tag.group(1),):
            yield Meant(word, tag.start(), tag.end())


def _signed(text: str) -> Iterator[Meant]:
    for one in _SIGNED.finditer(text):
        letters = "".join(_SIGNS.get(sign, sign) for sign in one.group())
        if letters.isalpha():
            yield Meant(letters, one.start(), one.end())


def _plain(word: str) -> str:
    """In small, compatible letters; look-alikes of another alphabet read as Latin where Latin letters stand beside."""
    lower = unicodedata.normalize("NFKC", word)
    if not lower.isascii() and _LATIN.search(lower):
        lower = "".join(_ALIKE.get(letter, letter) for letter in lower)
    return lower.lower()
