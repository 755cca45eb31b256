"""Is a stem denied? By a word close before it, or close behind it, in the same sentence (see `lexicon/negation`)."""

import re
from collections.abc import Sequence

from classifiers.lexicon.folded import folded
from classifiers.lexicon.stems import is_unspaced

_WORDS = 3
"""Words before, or behind, in which a denial counts."""
_CHARACTERS = 8
"""The same in a script without spaces."""
_SENTENCE = re.compile(r"[.!?…。！？؟।\n,;:،、，；]")
_WORD = re.compile(r"\w+")


class Denials:
    """Knows the denying words; built once, then only read."""

    def __init__(self, before: Sequence[str], behind: Sequence[str]) -> None:
        self._before = _parted(before)
        self._behind = _parted(behind)

    def denied(self, text: str, start: int, end: int) -> bool:
        """Whether what stands from `start` to `end` is denied."""
        plain = folded(text)
        ahead = _SENTENCE.split(plain[max(0, start - 80) : start])[-1]
        after = _SENTENCE.split(plain[end : end + 80])[0]
        words, letters = self._before
        if words.intersection(_WORD.findall(ahead)[-_WORDS:]) or any(
            one in ahead[-_CHARACTERS:] for one in letters
        ):
            return True
        words, letters = self._behind
        near = after[:_CHARACTERS]
        return bool(words.intersection(_WORD.findall(after)[:_WORDS])) or any(one in near for one in letters)


def _parted(words: Sequence[str]) -> tuple[set[str], list[str]]:
    plain = [folded(one) for one in words]
    return {one for one in plain if not is_unspaced(one)}, [one for one in plain if is_unspaced(one)]
