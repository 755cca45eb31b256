"""The pipeline's lexicon: one walk over a batch finds the phrases of all groups of a pack.

Word beginnings, and phrases of scripts without spaces, are searched in the text itself (`stems`). A text with words in
disguise or with a mistake in a grave word is read a second time, for danger only (`disguise`).
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import Words, strangers_of, text_of, words_of
from classifiers.language.component import LANGUAGE
from classifiers.language.detect import HOME
from classifiers.lexicon.automaton import Automaton, Matches
from classifiers.lexicon.denials import Denials
from classifiers.lexicon.disguise import Meant, may_be_disguised, meant
from classifiers.lexicon.folded import folded
from classifiers.lexicon.grammar import Choice, Word
from classifiers.lexicon.grammar import Sequence as Tree
from classifiers.lexicon.negation import Negation
from classifiers.lexicon.phrases import Line, read_denials, read_folder
from classifiers.lexicon.spelling import FOLDER as SPELLING
from classifiers.lexicon.spelling import Spelling
from classifiers.lexicon.stems import Stem, Stems

FINDINGS = "findings"
SHARED_LEXICON = Path(__file__).parents[1] / "packs" / "general" / "lexicon"
_SAFETY = "safety"
_READ_TWICE = 2_000
"""Characters in which words in disguise are looked for."""


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
        self._kept_ids = lru_cache(maxsize=20_000)(self._ids)
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
        self._stems = Stems(
            Stem(line.kind, line.group, line.exception, folded(line.text)) for line in lines if line.stem
        )
        self._denials = Denials(*read_denials(folder))
        spaced = [line for line in lines if not line.stem]
        files = sorted((folder / SPELLING).glob("*.txt"))
        self._spelling = Spelling(files, _words_of([line for line in spaced if line.kind == _SAFETY]))
        trees = [(line.tree, number[line.kind, line.group, line.exception]) for line in spaced]
        self._automaton = Automaton(trees, self._ids)

    def _ids(self, word: str) -> list[int]:
        return [token.lower for token in self._nlp.make_doc(word)]

    def _find(self, docs: list[Doc]) -> None:
        read = words_of(docs)
        for doc, words, found in zip(docs, read, self._findings(read), strict=True):
            text = text_of(doc)
            if doc.user_data.get(LANGUAGE) != HOME:
                found.extend(self._searched(text))
            strangers = strangers_of(doc)
            if may_be_disguised(text, words, strangers) or any(map(self._spelling.is_odd, strangers)):
                found.extend(self._second_reading(text, found))
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
        for stem, start, end in self._stems.found(text):
            yield Finding(stem.kind, stem.group, start, end, self._denials.denied(text, start, end))

    def _second_reading(self, text: str, found: list[Finding]) -> Iterator[Finding]:
        """Dangers that are there only when words are read as they are meant."""
        told = meant(text[:_READ_TWICE], self._spelling.split, self._spelling.mended)
        if not told:
            return
        known = {(one.group, one.end) for one in found}
        for one in self._findings([self._as_words(told)])[0]:
            if one.kind == _SAFETY and (one.group, one.end) not in known:
                yield one

    def _as_words(self, told: list[Meant]) -> Words:
        ids = [(number, one) for one in told for number in self._kept_ids(one.word)]
        return Words(
            np.array([number for number, _ in ids], np.uint64),
            np.ones(len(ids), bool),
            np.array([one.start for _, one in ids], np.int64),
            np.array([one.end for _, one in ids], np.int64),
        )


def _words_of(lines: Iterable[Line]) -> Iterator[str]:
    """All words of the lines' trees."""
    for line in lines:
        yield from _leaves(line.tree)


def _leaves(tree: Tree) -> Iterator[str]:
    for part in tree.parts:
        if isinstance(part, Word):
            yield part.text.lower()
        elif isinstance(part, Choice):
            for option in part.options:
                yield from _leaves(option)


def _mark(doc: Doc, found: Iterable[Finding]) -> None:
    hits = [one for one in found if one.kind == "safety" and not one.negated]
    if hits:
        spans = (doc.char_span(one.start, one.end, one.group, alignment_mode="expand") for one in hits)
        doc.spans["safety"] = [span for span in spans if span is not None]


@Language.factory("gateway_lexicon")
def make_lexicon(nlp: Language, name: str) -> Lexicon:
    """A lexicon with the shared files; `from_disk` replaces them by the pack's own."""
    return Lexicon(nlp, name)
