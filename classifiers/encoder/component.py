"""The pipeline's encoder: what each document means, kept on the document."""

from collections.abc import Iterable, Iterator
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import text_of
from classifiers.encoder.contract import Encoded, Encoder
from classifiers.encoder.universal import universal

ENCODED = "encoded"
"""Where a document keeps its `Encoded`, in `doc.user_data`."""


class Encoding:
    """A component that leaves an `Encoded` in `doc.user_data`."""

    def __init__(self, name: str, encoder: Encoder) -> None:
        self.name = name
        self.encoder = encoder

    def __call__(self, doc: Doc) -> Doc:
        self._encode([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """Batch by batch: the way of the weights from memory is shared."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._encode(batch)
            yield from batch

    def _encode(self, docs: list[Doc]) -> None:
        for doc, encoded in zip(docs, self.encoder.encode(list(map(text_of, docs))), strict=True):
            doc.user_data[ENCODED] = encoded


def encoded_of(doc: Doc) -> Encoded | None:
    """What the encoder left; None in a pipeline without one."""
    found: Encoded | None = doc.user_data.get(ENCODED)
    return found


@Language.factory("gateway_encoder")
def make_encoder(nlp: Language, name: str) -> Encoding:
    """The encoder of this process; it has nothing to store in a pack."""
    return Encoding(name, universal())
