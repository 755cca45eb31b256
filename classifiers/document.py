"""A text on its way through the pipeline: how it enters, its own characters, and its words as numbers.

spaCy puts `doc.text` together from its tokens each time it is asked, which costs as much as the whole lexicon; the
text that went in is kept beside the tokens instead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

from classifiers.known import STRANGE, Known
from classifiers.tame import tamed
from classifiers.tokens import CUT, Cut

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
    wordy: NDArray[np.bool_]
    """Which are made of letters."""
    begins: NDArray[np.int64]
    """Where each stands in the document's characters."""
    ends: NDArray[np.int64]


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


def strangers_of(doc: Doc) -> Sequence[str]:
    """Words that are none of the commonest, in order: some of them may have a mistake in them."""
    cut: Cut | None = doc.user_data.get(CUT)
    return [token.text for token in doc] if cut is None else cut.strangers


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
    cuts = [doc.user_data.get(CUT) or _cut_elsewhere(doc) for doc in docs]
    sizes = np.array([len(cut.codes) for cut in cuts])
    codes = np.concatenate([cut.codes for cut in cuts])
    ids, wordy, lengths = _looked_up(codes >> 1, cuts)
    after = np.cumsum(lengths + (codes & 1))
    last_tokens = np.cumsum(sizes)
    firsts = np.concatenate(([0], after))[last_tokens - sizes]
    ends = after - (codes & 1) - np.repeat(firsts, sizes)
    shown = np.flatnonzero(
        (ids != _BLANKS[0]) & (ids != _BLANKS[1]) & (ids != _BLANKS[2]) & (ids != _BLANKS[3])
    )
    ids, wordy, begins, ends = ids[shown], wordy[shown], (ends - lengths)[shown], ends[shown]
    first = 0
    for last in np.searchsorted(shown, last_tokens).tolist():
        yield Words(ids[first:last], wordy[first:last], begins[first:last], ends[first:last])
        first = last


def _cut_elsewhere(doc: Doc) -> Cut:
    """A document that another tokenizer made, or that is empty."""
    spaces = np.fromiter((bool(token.whitespace_) for token in doc), np.int32, len(doc))
    return Cut(spaces, [token.text for token in doc], Known())


def _looked_up(
    rows: NDArray[np.int32], cuts: Sequence[Cut]
) -> tuple[NDArray[np.uint64], NDArray[np.bool_], NDArray[np.int64]]:
    """LOWER ids, which are made of letters, lengths; for strangers worked out, as spaCy would."""
    columns = max((cut.known.columns for cut in cuts), key=lambda columns: len(columns.lengths))
    ids, wordy, lengths = columns.lowers[rows], columns.wordy[rows], columns.lengths[rows]
    strangers = [word for cut in cuts for word in cut.strangers]
    places = np.flatnonzero(rows == STRANGE)
    ids[places] = [get_string_id(word.lower()) for word in strangers]
    wordy[places] = list(map(str.isalpha, strangers))
    lengths[places] = list(map(len, strangers))
    return ids, wordy, lengths
