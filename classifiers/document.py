"""A text on its way through the pipeline: how it enters, its own characters, and its words as numbers.

spaCy puts `doc.text` together from its tokens each time it is asked, which costs as much as the whole lexicon; the
text that went in is kept beside the tokens instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

from classifiers.tame import tamed

_TEXT = "text"
_HINT = "language_hint"
_POST = "may_be_post"
_WORDS = "words"
_BLANKS = tuple(np.uint64(get_string_id(blank)) for blank in " \n\t\r")


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens that are not blank: a mail breaks its lines anywhere, and a phrase goes on behind the break."""

    ids: NDArray[np.uint64]
    """spaCy's LOWER ids."""
    places: NDArray[np.int64]
    """Which token of the document each is."""
    wordy: NDArray[np.bool_]
    """Which are made of letters."""


def entered(nlp: Language, text: str, language_hint: str = "", post: bool = True) -> Doc:
    """Tokenise a text, tamed; offsets in the document are offsets in `text`. `post`: it may be a public post."""
    safe = tamed(text)
    doc = nlp.make_doc(safe)
    doc.user_data[_TEXT] = safe
    doc.user_data[_HINT] = language_hint
    doc.user_data[_POST] = post
    return doc


def text_of(doc: Doc) -> str:
    """The document's characters."""
    kept: str | None = doc.user_data.get(_TEXT)
    return doc.text if kept is None else kept


def words_of(docs: Sequence[Doc]) -> list[Words]:
    """The documents' words, read once and kept."""
    unread = [doc for doc in docs if _WORDS not in doc.user_data]
    for doc, words in zip(unread, _read(unread), strict=True):
        doc.user_data[_WORDS] = words
    return [doc.user_data[_WORDS] for doc in docs]


def language_hint(doc: Doc) -> str:
    """What the channel or form said of the language; "" when it said nothing."""
    hint: str = doc.user_data.get(_HINT, "")
    return hint


def may_be_post(doc: Doc) -> bool:
    """False when the caller knows that it is no public post."""
    post: bool = doc.user_data.get(_POST, True)
    return post


def _read(docs: Sequence[Doc]) -> Iterator[Words]:
    """All documents in one go: a dozen calls for each of them would cost more than the work."""
    if not docs:
        return
    columns = np.concatenate([cast(NDArray[np.uint64], doc.to_array(["LOWER", "IS_ALPHA"])) for doc in docs])
    ids, alpha = columns[:, 0], columns[:, 1] != 0
    shown = np.flatnonzero(
        (ids != _BLANKS[0]) & (ids != _BLANKS[1]) & (ids != _BLANKS[2]) & (ids != _BLANKS[3])
    )
    ids, alpha = ids[shown], alpha[shown]
    begin = first = 0
    lengths = [len(doc) for doc in docs]
    for length, last in zip(lengths, np.searchsorted(shown, np.cumsum(lengths)).tolist(), strict=True):
        yield Words(ids[first:last], shown[first:last] - begin, alpha[first:last])
        begin, first = begin + length, last
