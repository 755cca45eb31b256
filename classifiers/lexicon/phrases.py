"""The files of a lexicon: one phrase a line (see `grammar`), so that a clerk can edit them.

A file's name is its group: `fire.txt`, and `fire.de.txt` for German wordings of the same group; its folder says what
the groups are for (`safety`, `cues`, …). `#` begins a comment, `!` an exception: a phrase inside it does not count.
"""

from dataclasses import dataclass
from pathlib import Path

from classifiers.lexicon.grammar import Sequence, parsed
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it belongs, whether it is an exception, its tree and its text."""

    kind: str
    group: str
    exception: bool
    tree: Sequence
    text: str


def read_folder(folder: Path) -> list[Line]:
    """Every line below `folder`; raises Misconfigured with file and line for what cannot be read."""
    return [line for file in sorted(folder.glob("*/*.txt")) for line in _read(file)]


def _read(file: Path) -> list[Line]:
    lines = []
    for number, written in enumerate(file.read_text("utf-8").splitlines(), start=1):
        bare = written.partition("#")[0].strip()
        text = bare.removeprefix("!").strip()
        if not text:
            continue
        try:
            tree = parsed(text)
        except ValueError as error:
            raise Misconfigured(f"lexicon {file}, line {number}", str(error)) from error
        group = file.stem.partition(".")[0]
        lines.append(Line(file.parent.name, group, bare.startswith("!"), tree, text))
    return lines
