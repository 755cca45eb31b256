"""Texts as a sparse matrix of feature counts, made by the very code that reads them later."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import entered
from classifiers.linear.component import document_batch
from classifiers.linear.counts import counted
from classifiers.linear.features import SLOT_BITS, Field, occurrences

Matrix = Any
"""A scipy.sparse matrix; scipy carries no types."""
_CHUNK = 512


def count_matrix(
    nlp: Language, texts: Sequence[str], fields: Sequence[Field]
) -> tuple[Matrix, NDArray[np.float32]]:
    """Documents x 2**SLOT_BITS counts, and each document's length in tokens as the component sees it."""
    from scipy.sparse import csr_matrix, vstack

    parts, lengths = [], []
    for docs in _chunks(nlp, texts):
        batch = document_batch(docs, "characters" in fields)
        counts = counted(occurrences(batch, fields), batch.documents)
        shape = (batch.documents, 1 << SLOT_BITS)
        parts.append(csr_matrix((counts.times, (counts.owners, counts.slots)), shape=shape))
        lengths.append(np.bincount(batch.owners, minlength=batch.documents))
    return vstack(parts, format="csr"), np.concatenate(lengths).astype(np.float32)


def _chunks(nlp: Language, texts: Iterable[str]) -> Iterator[list[Doc]]:
    stream = iter(texts)
    while chunk := list(islice(stream, _CHUNK)):
        with nlp.memory_zone():
            yield [entered(nlp, text) for text in chunk]
