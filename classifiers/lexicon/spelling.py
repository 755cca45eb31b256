"""The gravest words with one mistake in them, and words that were run together.

`lexicon/spelling/*.txt` names the words, one a line: `explosion` stands for whatever is one edit away (a letter too
many, too few, another one, two changed over), `gas: gaz gass` for just what is listed: near a short word lie too many
others. `! feier` is a word that is right as it is.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from schemas.errors import Misconfigured

FOLDER = "spelling"
_SHORTEST = 6
"""Letters of a word that is known by one edit."""
_PART = 3
_LITTLE = frozenset({"of", "in", "on", "at", "my", "is", "to", "no"})
"""Shorter words that stand between others in a stretch."""
_BEFORE = ("a", "i")
"""What may stand before a word whose letters are told apart: "a s m e l l"."""
GLUED = 7
"""Letters of a word that may be two without the space between them."""
_PARTS = 4
_LONGEST = 40


class Spelling:
    """Built once, then only read."""

    def __init__(self, files: Iterable[Path], known: Iterable[str]) -> None:
        self._known = set(known)
        self._listed: dict[str, str] = {}
        self._near: dict[str, list[str]] = {}
        for word, listed in _lines(files):
            self._known.add(word)
            for other in listed or ():
                self._listed[other] = word
            if listed == [] and len(word) >= _SHORTEST:
                for key in {word, *_without_one(word)}:
                    self._near.setdefault(key, []).append(word)
        self.mended = lru_cache(maxsize=20_000)(self._mended)
        self.split = lru_cache(maxsize=20_000)(self._split)

    def is_odd(self, word: str) -> bool:
        """Whether a word may stand for another one, or for several."""
        lower = word.lower()
        return (
            self.mended(lower) != lower
            or not word.isascii()
            or (len(lower) >= GLUED and bool(self.split(lower)))
        )

    def _mended(self, word: str) -> str:
        """The grave word that is meant, or the word itself."""
        if word in self._listed:
            return self._listed[word]
        if word in self._known or not _SHORTEST - 1 <= len(word) <= _LONGEST:
            return word
        candidates = {near for key in {word, *_without_one(word)} for near in self._near.get(key, ())}
        return min((one for one in candidates if _one_edit(one, word)), default=word)

    def _split(self, stretch: str) -> Sequence[str]:
        """The known words that a stretch is made of; nothing when it is one word, or none."""
        if stretch in self._known or len(stretch) > _LONGEST:
            return ()
        if stretch[:1] in _BEFORE and len(stretch) < GLUED and stretch[1:] in self._known:
            return (stretch[0], stretch[1:])
        best: dict[int, tuple[str, ...]] = {0: ()}
        for end in range(2, len(stretch) + 1):
            for begin in [place for place in best if end - place >= 2 and len(best[place]) < _PARTS]:
                part = self._listed.get(stretch[begin:end], stretch[begin:end])
                if end - begin < _PART and part not in _LITTLE:
                    continue
                if (part in self._known or part in _LITTLE) and (
                    end not in best or len(best[begin]) + 1 < len(best[end])
                ):
                    best[end] = (*best[begin], part)
        found = best.get(len(stretch), ())
        return found if len(found) > 1 else ()


def _lines(files: Iterable[Path]) -> Iterator[tuple[str, Sequence[str] | None]]:
    """Words with what is listed for them; None for a word that is right as it is."""
    for file in files:
        for number, written in enumerate(file.read_text("utf-8").splitlines(), start=1):
            line = written.partition("#")[0].strip().lower()
            word, _, listed = line.partition(":")
            if " " in word.removeprefix("! ").strip():
                raise Misconfigured(
                    f"lexicon {file}, line {number}", "one word a line, or `word: other others`"
                )
            if line.startswith("!"):
                yield line[1:].strip(), None
            elif line:
                yield word.strip(), listed.split()


def _without_one(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(len(word)))


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter more, less, changed, or two neighbours changed over make one of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    return (
        left[1:] == right[1:]
        or left[1:] == right
        or left == right[1:]
        or (left[2:] == right[2:] and left[:2] == right[1::-1])
    )
