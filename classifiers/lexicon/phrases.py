"""The files of a lexicon: one phrase a line (see `grammar`), so that a clerk can edit them.

A file's name is its group: `fire.txt`, and `fire.de.txt` for German wordings of the same group; its folder says what
the groups are for (`safety`, `cues`, …). `#` begins a comment, `!` an exception: a phrase inside it does not count. `~`
begins a line of word beginnings (see `stems`). The folders `spelling` and `negation` hold words, not phrases.
"""

from dataclasses import dataclass
from pathlib import Path

from classifiers.lexicon.grammar import Sequence, parsed
from classifiers.lexicon.spelling import FOLDER as SPELLING
from classifiers.lexicon.stems import is_unspaced
from schemas.errors import Misconfigured

NEGATION = "negation"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it belongs, whether it is an exception, its tree and its text."""

    kind: str
    group: str
    exception: bool
    tree: Sequence
    text: str
    stem: bool = False
    """Looked for in the characters of a text, not in its words."""


def read_folder(folder: Path) -> list[Line]:
    """Every phrase below `folder`; raises Misconfigured with file and line for what cannot be read."""
    files = (file for file in sorted(folder.glob("*/*.txt")) if file.parent.name not in (SPELLING, NEGATION))
    return [line for file in files for line in _read(file)]


def read_denials(folder: Path) -> tuple[list[str], list[str]]:
    """Words that deny a stem behind them, and words that deny one before them."""
    before, behind = [], []
    for file in sorted((folder / NEGATION).glob("*.txt")):
        for written in file.read_text("utf-8").splitlines():
            word = written.partition("#")[0].strip()
            if word.startswith(".."):
                behind.append(word[2:].strip())
            elif word:
                before.append(word)
    return before, behind


def _read(file: Path) -> list[Line]:
    lines = []
    for number, written in enumerate(file.read_text("utf-8").splitlines(), start=1):
        bare = written.partition("#")[0].strip()
        exception = bare.startswith("!")
        text = bare.removeprefix("!").strip()
        stem = text.startswith("~")
        text = text.removeprefix("~").strip()
        if not text:
            continue
        try:
            tree = parsed(text)
        except ValueError as error:
            raise Misconfigured(f"lexicon {file}, line {number}", str(error)) from error
        group = file.stem.partition(".")[0]
        lines.append(Line(file.parent.name, group, exception, tree, text, stem or is_unspaced(text)))
    return lines
