"""The lexicon's own phrases as texts to learn from: each says plainly what it is about, in a few words.

They weigh little beside written texts, but they hold what no writer thought of.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from classifiers.lexicon.component import SHARED_LEXICON
from classifiers.lexicon.grammar import Choice, Sequence, Word
from classifiers.lexicon.phrases import Line, read_folder

_SPELLED = 12
"""How often a line of several parts is spelled out; of a line of alternatives each one once."""
_SEED = 1


class Phrase(NamedTuple):
    """One phrase, what its group is for, and the group."""

    text: str
    kind: str
    group: str


def spelled_phrases(folder: Path = SHARED_LEXICON) -> list[Phrase]:
    """All phrases but exceptions; the same lexicon gives the same phrases."""
    chance = random.Random(_SEED)
    found = (
        Phrase(text, line.kind, line.group)
        for line in read_folder(folder)
        if not line.exception
        for text in _texts(line, chance)
    )
    return list(dict.fromkeys(found))


def _texts(line: Line, chance: random.Random) -> Iterator[str]:
    parts = line.tree.parts
    if len(parts) == 1 and isinstance(parts[0], Choice):
        yield from (" ".join(_spelled(one, chance)) for one in parts[0].options)
    else:
        yield from (" ".join(_spelled(line.tree, chance)) for _ in range(_SPELLED))


def _spelled(tree: Sequence, chance: random.Random) -> Iterator[str]:
    for part in tree.parts:
        if isinstance(part, Word):
            yield part.text
        elif isinstance(part, Choice) and (not part.optional or chance.random() < 0.5):
            yield from _spelled(chance.choice(part.options), chance)
