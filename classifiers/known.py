"""The words that are known: one row for each, its facts in columns, so that a whole batch is looked up at once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.vocab import Vocab

STRANGE = 0
"""The row of any word that is not known."""


@dataclass(frozen=True, slots=True)
class Columns:
    """By row: spaCy's ORTH id (a Python number, as it is handed back to spaCy), LOWER id, letters only, characters."""

    orths: NDArray[Any]
    lowers: NDArray[np.uint64]
    wordy: NDArray[np.bool_]
    lengths: NDArray[np.int64]


class Codes(dict[str, int]):
    """Twice the row of each word, so that one bit is free for a space; who is not known is noted as a stranger."""

    def __init__(self) -> None:
        self.strangers: list[str] = []

    def __missing__(self, word: str) -> int:
        self.strangers.append(word)
        return 2 * STRANGE


class Known:
    """Rows are given in the order of learning and never taken back."""

    def __init__(self) -> None:
        self.codes = Codes()
        self._facts: list[tuple[int, int, bool, int]] = [(0, 0, False, 0)]
        self._columns = _columns(self._facts)

    def learn(self, word: str, vocab: Vocab) -> int:
        """The word's code, a new one for a word that was not known; it is in the vocabulary from here on."""
        if word not in self.codes:
            lexeme = vocab[word]
            self.codes[word] = 2 * len(self._facts)
            self._facts.append((lexeme.orth, lexeme.lower, lexeme.is_alpha, len(word)))
        return self.codes[word]

    @property
    def columns(self) -> Columns:
        """All that is known; made again after something was learnt."""
        if len(self._columns.orths) < len(self._facts):
            self._columns = _columns(self._facts)
        return self._columns


def _columns(facts: list[tuple[int, int, bool, int]]) -> Columns:
    orths, lowers, wordy, lengths = zip(*facts, strict=True)
    return Columns(
        np.array(orths, object),
        np.array(lowers, np.uint64),
        np.array(wordy, bool),
        np.array(lengths, np.int64),
    )
