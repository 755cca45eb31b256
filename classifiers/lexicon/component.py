"""The pipeline's lexicon: one walk over a batch finds the phrases of all groups of a pack.

A phrase of a script without spaces (Thai) cannot be matched by tokens and is searched in the text itself.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Words, text_of, words_of
from classifiers.lexicon.automaton import Automaton, Matches
from classifiers.lexicon.negation import Negation
from classifiers.lexicon.phrases import Line, read_folder

FINDINGS = "findings"
SHARED_LEXICON = Path(__file__).parents[1] / "packs" / "general" / "lexicon"
_UNSPACED = re.compile(r"[\u0e00-\u0e7f]")


class Finding(NamedTuple):
    """A phrase that occurs: what its group is for, the group, where (characters), and whether it is denied."""

    kind: str
    group: str
    start: int
    end: int
    negated: bool


class Lexicon:
    """A component that leaves `Finding`s in `doc.user_data` and undenied safety phrases in `doc.spans`."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        self._nlp = nlp
        self._negation = Negation(self._ids)
        self._load(SHARED_LEXICON)

    def __call__(self, doc: Doc) -> Doc:
        self._find([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Batch by batch: the walks of all its documents go in step."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._find(batch)
            yield from batch

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Copy the lexicon's files, unless it is the shared one: edits to that must reach every pack."""
        if self._folder != SHARED_LEXICON:
            shutil.copytree(self._folder, path, dirs_exist_ok=True)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Lexicon":
        """Read the pack's own lexicon, or the shared one when it has none."""
        if path.is_dir():
            self._load(path)
        return self

    def _load(self, folder: Path) -> None:
        self._folder = folder
        lines = read_folder(folder)
        self._labels = sorted({(line.kind, line.group, line.exception) for line in lines})
        self._exceptions = np.array([exception for _, _, exception in self._labels], bool)
        number = {label: index for index, label in enumerate(self._labels)}
        self._unspaced = [line for line in lines if _UNSPACED.search(line.text)]
        spaced = [line for line in lines if not _UNSPACED.search(line.text)]
        trees = [(line.tree, number[line.kind, line.group, line.exception]) for line in spaced]
        self._automaton = Automaton(trees, self._ids)

    def _ids(self, word: str) -> list[int]:
        return [token.lower for token in self._nlp.make_doc(word)]

    def _find(self, docs: list[Doc]) -> None:
        for doc, found in zip(docs, self._findings(words_of(docs)), strict=True):
            text = text_of(doc)
            if not text.isascii() and _UNSPACED.search(text):
                found.extend(self._searched(text))
            doc.user_data[FINDINGS] = found
            _mark(doc, found)

    def _findings(self, words: Sequence[Words]) -> list[list[Finding]]:
        """What occurs in each document, by the place where it starts."""
        lengths = np.array([len(one.ids) for one in words])
        bounds = np.cumsum(lengths)
        ids = np.concatenate([one.ids for one in words])
        matches = self._counting(self._automaton.matches(ids, np.repeat(bounds, lengths)))
        owners = np.searchsorted(bounds, matches.starts, side="right")
        denied = self._negation.denied(ids, matches.starts, (bounds - lengths)[owners])
        begins = np.concatenate([one.begins for one in words])[matches.starts]
        ends = np.concatenate([one.ends for one in words])[matches.ends - 1]
        found: list[list[Finding]] = [[] for _ in words]
        columns = (owners, matches.labels, begins, ends, denied)
        for owner, label, begin, end, negated in zip(*(one.tolist() for one in columns), strict=True):
            kind, group, _ = self._labels[label]
            found[owner].append(Finding(kind, group, begin, end, negated))
        return found

    def _counting(self, matches: Matches) -> Matches:
        """Without exceptions and what lies within one."""
        out = self._exceptions[matches.labels]
        for at in np.flatnonzero(out).tolist():
            end = matches.ends[at]
            first, last = np.searchsorted(matches.starts, (matches.starts[at], end))
            out[first:last] |= matches.ends[first:last] <= end
        kept = np.flatnonzero(~out)
        return Matches(matches.labels[kept], matches.starts[kept], matches.ends[kept])

    def _searched(self, text: str) -> Iterator[Finding]:
        line: Line
        for line in self._unspaced:
            place = text.find(line.text)
            if place >= 0:
                yield Finding(line.kind, line.group, place, place + len(line.text), False)


def _mark(doc: Doc, found: Iterable[Finding]) -> None:
    hits = [one for one in found if one.kind == "safety" and not one.negated]
    if hits:
        spans = (doc.char_span(one.start, one.end, one.group, alignment_mode="expand") for one in hits)
        doc.spans["safety"] = [span for span in spans if span is not None]


@Language.factory("gateway_lexicon")
def make_lexicon(nlp: Language, name: str) -> Lexicon:
    """A lexicon with the shared files; `from_disk` replaces them by the pack's own."""
    return Lexicon(nlp, name)
