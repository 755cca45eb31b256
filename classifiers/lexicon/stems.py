"""Lines that are looked for in the characters of a text: beginnings of words, and scripts without spaces.

    ~ gaz kok       "gaz kokusu", "Gaz kokuyor": words that begin so; accents and capitals do not count
    ガス漏れ         a line in a script without spaces stands anywhere

A language that bends its words needs a dozen beginnings where it would need hundreds of forms.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from classifiers.lexicon.folded import folded

_HEAD = 2
"""Characters by which candidates are found."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"\w+")
_SPACES = re.compile(r"\s+")


class Stem(NamedTuple):
    """One line: what it is for, its group, whether it is an exception, the folded characters."""

    kind: str
    group: str
    exception: bool
    text: str


class Found(NamedTuple):
    """Where a stem stands, and to what end its last word goes on."""

    stem: Stem
    start: int
    end: int


def is_unspaced(text: str) -> bool:
    """Whether a line or a text is (partly) in a script without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


class Stems:
    """Knows stems by their first characters; built once, then only read."""

    def __init__(self, stems: Iterable[Stem]) -> None:
        self._inside: dict[str, list[Stem]] = defaultdict(list)
        self._beginning: dict[str, list[Stem]] = defaultdict(list)
        for stem in stems:
            home = self._inside if is_unspaced(stem.text) else self._beginning
            home[stem.text[:_HEAD]].append(stem)

    def found(self, text: str) -> list[Found]:
        """What stands in the text, without exceptions and what lies within one."""
        plain = folded(text)
        hits = list(self._hits(plain))
        out = [(one.start, one.end) for one in hits if one.stem.exception]
        return [
            one
            for one in hits
            if not one.stem.exception and not any(a <= one.start and one.end <= b for a, b in out)
        ]

    def _hits(self, plain: str) -> Iterator[Found]:
        if self._beginning:
            for word in _WORD.finditer(plain):
                place = word.start()
                for stem in self._beginning.get(plain[place : place + _HEAD], ()):
                    end = _matched(plain, place, stem.text)
                    if end:
                        yield Found(stem, place, _word_end(plain, end))
        if self._inside and is_unspaced(plain):
            for place in range(len(plain) - 1):
                for stem in self._inside.get(plain[place : place + _HEAD], ()):
                    if plain.startswith(stem.text, place):
                        yield Found(stem, place, place + len(stem.text))


def _matched(plain: str, place: int, stem: str) -> int:
    """Where the stem ends when it stands at `place`, else 0; a space of the stem is the rest of a word and a space."""
    for number, part in enumerate(stem.split(" ")):
        if number:
            gap = _SPACES.search(plain, place)
            if gap is None or gap.start() != _word_end(plain, place):
                return 0
            place = gap.end()
        if not plain.startswith(part, place):
            return 0
        place += len(part)
    return place


def _word_end(plain: str, place: int) -> int:
    """Where the word ends in which `place` stands."""
    while place < len(plain) and (plain[place].isalnum() or plain[place] in "'’"):
        place += 1
    return place
