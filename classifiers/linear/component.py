"""The pipeline's model: every linear head of a pack, a batch at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import may_be_post, text_of, words_of
from classifiers.language.component import LANGUAGE
from classifiers.linear.counts import Counts, Floats, counted
from classifiers.linear.features import Batch, Field, Ints, batch_of, occurrences
from classifiers.linear.head import Head, Scored
from classifiers.linear.loudest import loudest
from classifiers.linear.storage import head_from_bytes, head_to_bytes

DECISIONS = "decisions"
SHARED_HEADS = Path(__file__).parents[1] / "packs" / "general" / "gateway_linear"
TOKEN_LIMIT = 1_200
"""Tokens that the model reads, about 6,000 characters; the lexicon reads all."""
REASONS = 3
"""Stretches of text that are shown for each decision."""


class Decision(NamedTuple):
    """What one head says of one document."""

    labels: tuple[str, ...]
    probabilities: list[float]
    best: int
    threshold: float
    version: str
    known: float
    """Share of the document's features that the head has ever seen."""
    spans: list[tuple[int, int]]
    """The strongest reasons, as character offsets, strongest first."""

    @property
    def label(self) -> str:
        """The most probable label."""
        return self.labels[self.best]

    @property
    def by_label(self) -> dict[str, float]:
        """All probabilities."""
        return dict(zip(self.labels, self.probabilities, strict=True))

    @property
    def confidence(self) -> float:
        """Its probability."""
        return self.probabilities[self.best]


class Linear:
    """A component that leaves a `Decision` per head in `doc.user_data` and all probabilities in `doc.cats`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heads: list[Head] = []

    def __call__(self, doc: Doc) -> Doc:
        self._decide([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Decide batch by batch: the fixed cost of a numpy call is shared."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._decide(batch)
            yield from batch

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """One file for each head, except for those that are the shared ones: a better one must reach every pack."""
        path.mkdir(parents=True, exist_ok=True)
        for head in self.heads:
            content, name = head_to_bytes(head), f"{head.name}.npz"
            shared = SHARED_HEADS / name
            if path == SHARED_HEADS or not shared.exists() or shared.read_bytes() != content:
                (path / name).write_bytes(content)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Linear":
        """Read the pack's heads, and the shared ones for what it does not decide; in the order of their names."""
        files = {file.name: file for folder in (SHARED_HEADS, path) for file in folder.glob("*.npz")}
        self.heads = [head_from_bytes(files[name].read_bytes()) for name in sorted(files)]
        return self

    def _decide(self, docs: list[Doc]) -> None:
        for doc in docs:
            doc.user_data[DECISIONS] = {}
        for language, longest in sorted({(head.language, head.longest) for head in self.heads}):
            own = [doc for doc in docs if _meant_for(doc, language, longest)]
            if own:
                _decide_all(
                    [head for head in self.heads if (head.language, head.longest) == (language, longest)], own
                )


def _meant_for(doc: Doc, language: str, longest: int) -> bool:
    """Heads for short texts are for posts, and are spared where the caller says that a text is none."""
    fits = not longest or (len(doc) <= longest and may_be_post(doc))
    return fits and (not language or doc.user_data.get(LANGUAGE) == language)


def _decide_all(heads: list[Head], docs: list[Doc]) -> None:
    laid = _laid(docs, any("characters" in head.fields for head in heads))
    shared: dict[tuple[Field, ...], Counts] = {}
    for head in heads:
        if head.fields not in shared:
            shared[head.fields] = counted(occurrences(laid.batch, head.fields), laid.batch.documents)
        cats = head.cats
        for doc, decision in zip(docs, _decisions(head, laid, shared[head.fields]), strict=True):
            doc.user_data[DECISIONS][head.name] = decision
            doc.cats.update(zip(cats, decision.probabilities, strict=True))


@dataclass(frozen=True, slots=True)
class _Laid:
    """Documents end to end: their features' view, and for each word whether it has letters, and its characters."""

    batch: Batch
    wordy: NDArray[np.bool_]
    begins: Ints
    ends: Ints


def document_batch(docs: list[Doc], with_texts: bool) -> Batch:
    """The features' view of spaCy documents, cut at TOKEN_LIMIT."""
    return _laid(docs, with_texts).batch


def _laid(docs: list[Doc], with_texts: bool) -> _Laid:
    words = words_of(docs)
    batch = batch_of(
        [one.ids[:TOKEN_LIMIT] for one in words], [text_of(doc) if with_texts else "" for doc in docs]
    )
    return _Laid(
        batch,
        np.concatenate([one.wordy[:TOKEN_LIMIT] for one in words]),
        np.concatenate([one.begins[:TOKEN_LIMIT] for one in words]),
        np.concatenate([one.ends[:TOKEN_LIMIT] for one in words]),
    )


def _decisions(head: Head, laid: _Laid, counts: Counts) -> Iterator[Decision]:
    batch = laid.batch
    scored = head.score(counts)
    lengths = np.bincount(batch.owners, minlength=batch.documents)
    probabilities = head.calibrator.probabilities(scored.scores, lengths.astype(np.float32))
    best = probabilities.argmax(axis=1).tolist()
    spans, known = _spans(head.token_shares(counts, scored, best), laid), _known(counts, scored)
    for index, row in enumerate(probabilities.tolist()):
        yield Decision(
            head.labels, row, best[index], head.threshold, head.version, known[index], spans[index]
        )


def _known(counts: Counts, scored: Scored) -> list[float]:
    seen = np.bincount(counts.owners[scored.entries], minlength=counts.documents)
    every = np.bincount(counts.owners, minlength=counts.documents)
    shares: list[float] = (seen / np.maximum(every, 1)).tolist()
    return shares


def _spans(shares: Floats, laid: _Laid) -> list[list[tuple[int, int]]]:
    """The loudest words of each document as characters of it; what is not made of letters gives no reason."""
    shares[~laid.wordy] = 0
    found = loudest(shares, laid.batch, REASONS)
    spans: list[list[tuple[int, int]]] = [[] for _ in range(laid.batch.documents)]
    columns = found.owners, laid.begins[found.firsts], laid.ends[found.lasts]
    for owner, begin, end in zip(*(column.tolist() for column in columns), strict=True):
        spans[owner].append((begin, end))
    return spans


@Language.factory("gateway_linear")
def make_linear(nlp: Language, name: str) -> Linear:
    """A model without heads; `from_disk` or training adds them."""
    return Linear(name)
