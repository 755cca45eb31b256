"""Text into words: one dictionary look-up for each stretch between spaces, a pattern only for what nobody has seen.

spaCy's own tokenizer peels affixes off one by one and looks for special cases in every document; this one cuts at
the same places where it matters (contractions, marks, numbers), is three times as quick, linear in any text, and
loses no character. A known stretch is kept as the numbers of its tokens, so that a text is a row of numbers before
spaCy sees it, and what looks words up does so for a whole batch at once. Digits are cut into groups of three, so that
no number is a new word.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from classifiers.known import STRANGE, Codes, Known

TOKENIZER = "gateway_tokenizer"
_TOKEN = re.compile(
    r"(?i:[a-z]{1,9}?(?=n't(?![^\W_]))|n't(?![^\W_])|'(?:s|m|d|re|ve|ll)(?![^\W_]))"
    r"|(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0e7f]){1,80}|\d{1,3}"
    r"|\.{1,9}|-{1,9}|!{1,9}|\?{1,9}|\*{1,9}|_{1,9}|={1,9}|>{1,9}|(?s:.)"
)
"""Contractions as spaCy cuts them; letters with their marks; digits; runs of one mark; anything else alone."""

CUT = "cut"
"""Where a document keeps its `Cut`, in `doc.user_data`."""


class Cut(NamedTuple):
    """A document as the tokenizer cut it: the code of each token, one more if a space follows it."""

    codes: NDArray[np.int32]
    strangers: Sequence[str]
    """The tokens of the row STRANGE, in order."""
    known: Known


class _Pieces(dict[str, bytes]):
    """The codes of what is known; a stretch that is not is cut, and forgotten again, so that memory does not grow."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes

    def __missing__(self, stretch: str) -> bytes:
        return _packed(map(self._codes.__getitem__, tokens_of(stretch)), bool(stretch))


class Tokenizer:
    """A spaCy tokenizer: `str` to `Doc`, whose text is the string again. One text at a time, as its vocabulary."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._known = Known()
        self._pieces = _Pieces(self._known.codes)

    def __call__(self, text: str) -> Doc:
        if not text:
            return Doc(self.vocab)
        cut = self._cut(text)
        rows = cut.codes >> 1
        words = self._known.columns.orths[rows].tolist()
        if cut.strangers:
            for place, word in zip(np.flatnonzero(rows == STRANGE).tolist(), cut.strangers, strict=True):
                words[place] = word
        return Doc(self.vocab, words=words, spaces=(cut.codes & 1).tolist(), user_data={CUT: cut})

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterable[Doc]:
        """One by one; `batch_size` is spaCy's and unused."""
        return map(self, texts)

    def learn(self, stretches: Iterable[str]) -> None:
        """Keep what these are cut into, for as long as the tokenizer lives."""
        for stretch in stretches:
            codes = [self._known.learn(token, self.vocab) for token in tokens_of(stretch)]
            self._pieces[stretch] = _packed(codes, bool(stretch))

    def _cut(self, text: str) -> Cut:
        """The space that ends a text belongs to the token before it, as every other; a second one is a token."""
        strangers = self._known.codes.strangers = []
        spaced = text[-1] == " "
        stretches = (text[:-1] if spaced else text).split(" ")
        codes = np.frombuffer(bytearray().join(map(self._pieces.__getitem__, stretches)), np.int32)
        if not spaced:
            codes[-1] &= ~1
        return Cut(codes, strangers, self._known)

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Nothing to store: the pattern is code."""

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> "Tokenizer":
        """Nothing to read."""
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """Nothing to store."""
        return b""

    def from_bytes(self, value: bytes, exclude: Iterable[str] = ()) -> "Tokenizer":
        """Nothing to read."""
        return self


def tokens_of(stretch: str) -> list[str]:
    """What a stretch between spaces is cut into; an empty one stands for a second space."""
    return _TOKEN.findall(stretch) if stretch else [" "]


def _packed(codes: Iterable[int], spaced: bool) -> bytes:
    packed = array("i", codes)
    packed[-1] |= spaced
    return packed.tobytes()


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], Tokenizer]:
    """What `config.cfg` names."""
    return lambda nlp: Tokenizer(nlp.vocab)
