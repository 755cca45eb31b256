"""The pipeline's reader of vectors: for each document what every head says of the whole, and its worst passage."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import text_of
from classifiers.encoder.component import encoded_of
from classifiers.encoder.contract import Encoded, Floats
from classifiers.encoder.passages import unread
from classifiers.encoder.universal import VERSION
from classifiers.meaning.features import rows_of
from classifiers.meaning.head import VectorHead
from classifiers.meaning.storage import head_from_bytes, head_to_bytes

SHARED_HEADS = Path(__file__).parents[1] / "packs" / "general" / "gateway_meaning"
MEANING = "meaning"
"""Where a document keeps its `Meaning`, in `doc.user_data`."""
DANGER, PASSAGE = "danger", "passage"
"""The heads for danger: of whole texts, and of single passages."""
CALM = -20.0
"""The score of what holds no word."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What heads on vectors say of one text. Scores of danger are log-odds."""

    heads: Mapping[str, Mapping[str, float]]
    """Probabilities by head (`kind`, `category`, `severity`, `hazards`) and label."""
    thresholds: Mapping[str, float]
    danger: float
    """Of the whole text."""
    worst: float
    """Of the passage that sounds most dangerous."""
    where: tuple[int, int]
    """That passage, as character offsets."""
    alarming: float
    """From which sum of both scores on the text tells of danger."""
    known: float
    """Share of the text that the encoder has ever seen."""
    version: str
    taught: tuple[str, ...] = ()
    """Languages that the heads were taught in."""
    unread: tuple[int, int] = (0, 0)
    """The stretch of a very long text that the encoder did not read, as character offsets."""


class MeaningReader:
    """A component that leaves a `Meaning` in `doc.user_data` where the pipeline has an encoder and heads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.heads: list[VectorHead] = []

    def __call__(self, doc: Doc) -> Doc:
        self._read([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Batch by batch."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._read(batch)
            yield from batch

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """One file for each head, except for those that are the shared ones: a better one must reach every pack."""
        path.mkdir(parents=True, exist_ok=True)
        for head in self.heads:
            content, name = head_to_bytes(head), f"{head.name}.npz"
            shared = SHARED_HEADS / name
            if path == SHARED_HEADS or not shared.exists() or shared.read_bytes() != content:
                (path / name).write_bytes(content)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "MeaningReader":
        """Read the pack's heads, and the shared ones for what it does not decide.

        Raises ValueError for heads on the vectors of another encoder.
        """
        files = {file.name: file for folder in (SHARED_HEADS, path) for file in folder.glob("*.npz")}
        self.heads = [head_from_bytes(files[name].read_bytes()) for name in sorted(files)]
        strange = [head.name for head in self.heads if head.encoder != VERSION]
        if strange:
            raise ValueError(f"heads on the vectors of another encoder: {', '.join(strange)}")
        return self

    def _read(self, docs: list[Doc]) -> None:
        encoded = [one for one in map(encoded_of, docs) if one is not None]
        if self.heads and len(encoded) == len(docs):
            for doc, meaning in zip(
                docs, meanings(self.heads, list(map(text_of, docs)), encoded), strict=True
            ):
                doc.user_data[MEANING] = meaning


def meanings(heads: Sequence[VectorHead], texts: Sequence[str], encoded: Sequence[Encoded]) -> list[Meaning]:
    """What the heads say of texts whose vectors are given."""
    by_name = {head.name: head for head in heads}
    rows = rows_of(texts, encoded)
    said = {
        head.name: (head.labels, head.probabilities(rows).tolist())
        for head in heads
        if head.name not in (DANGER, PASSAGE)
    }
    dangers = by_name[DANGER].logits(rows)[:, 0].tolist()
    worst = _worst(by_name[PASSAGE], encoded)
    thresholds = {head.name: head.threshold for head in heads}
    return [
        Meaning(
            {name: dict(zip(labels, told[place], strict=True)) for name, (labels, told) in said.items()},
            thresholds,
            dangers[place] if one.passages else CALM,
            worst[place][0],
            worst[place][1],
            by_name[DANGER].threshold,
            one.known,
            by_name[DANGER].version,
            by_name[DANGER].taught,
            unread(texts[place]),
        )
        for place, one in enumerate(encoded)
    ]


def _worst(head: VectorHead, encoded: Sequence[Encoded]) -> list[tuple[float, tuple[int, int]]]:
    lengths = [len(one.passages) for one in encoded]
    scores: Floats = head.logits(np.concatenate([one.vectors for one in encoded]))[:, 0]
    found, first = [], 0
    for one, length in zip(encoded, lengths, strict=True):
        own = scores[first : first + length]
        first += length
        place = int(own.argmax()) if length else 0
        found.append((float(own[place]), one.passages[place]) if length else (CALM, (0, 0)))
    return found


def meaning_of(doc: Doc) -> Meaning | None:
    """What the heads said; None in a pipeline without any."""
    found: Meaning | None = doc.user_data.get(MEANING)
    return found


@Language.factory("gateway_meaning")
def make_meaning(nlp: Language, name: str) -> MeaningReader:
    """A reader without heads; `from_disk` or training adds them."""
    return MeaningReader(name)
