"""How one line of a lexicon is written: words, alternatives, words that may be missing, and gaps.

    (smell|smells) [of] gas       one of the first two, "of" or not, then "gas"
    rushed .. to hospital         up to three words of any kind in the gap

Brackets nest. A line is read into a tree and never spelled out: a dozen lines with alternatives stand for millions of
phrases.
"""

import re
from dataclasses import dataclass

GAP_WORDS = 3
_TOKEN = re.compile(r"\(|\)|\[|\]|\||\.\.(?!\S)|[^\s()\[\]|]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One written word; a tokenizer may make several tokens of it."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to GAP_WORDS tokens, whatever they are."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; `optional` when it may be left out."""

    options: tuple["Sequence", ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts in order."""

    parts: tuple["Word | Gap | Choice", ...]


def parsed(line: str) -> Sequence:
    """The tree of a line; raises ValueError with what is wrong."""
    tokens = _TOKEN.findall(line)
    options, rest = _options(tokens, 0)
    if rest != len(tokens) or len(options) != 1:
        raise ValueError(
            "brackets do not pair; write (one|two) for alternatives and [word] for a word that may miss"
        )
    return options[0]


def _options(tokens: list[str], place: int) -> tuple[list[Sequence], int]:
    options: list[Sequence] = []
    parts: list[Word | Gap | Choice] = []
    while place < len(tokens) and tokens[place] not in (")", "]"):
        token = tokens[place]
        place += 1
        if token == "|":
            options.append(Sequence(tuple(parts)))
            parts = []
        elif token in ("(", "["):
            inner, place = _options(tokens, place)
            if tokens[place : place + 1] != [")" if token == "(" else "]"]:
                raise ValueError(f"a {token} is not closed")
            parts.append(Choice(tuple(inner), optional=token == "["))
            place += 1
        else:
            parts.append(Gap() if token == ".." else Word(token))
    return [*options, Sequence(tuple(parts))], place
