"""The one spaCy pipeline: tokenizer, language, lexicon, heads on words, encoder, heads on meaning.

spaCy is loaded here and below, nowhere else.

A pack's folder is a spaCy model: `spacy.load(folder)` works by itself (the components are entry points). The
vocabulary is warmed with the commonest words, outside any memory zone, so that the zones of later batches stay small:
eight times the speed, and memory that does not grow with what people write.
"""

from pathlib import Path
from typing import Any

import spacy
from spacy.attrs import IS_ALPHA, LOWER, ORTH  # type: ignore[import-not-found]
from spacy.language import Language

from classifiers.encoder import component as _encoder
from classifiers.language import component as _language
from classifiers.lexicon import component as _lexicon
from classifiers.linear import component as _linear
from classifiers.linear.head import Head
from classifiers.meaning import component as _meaning
from classifiers.meaning.head import VectorHead
from classifiers.tokens import TOKENIZER, Tokenizer

COMPONENTS = ("gateway_language", "gateway_lexicon", "gateway_linear")
MEANING_COMPONENTS = ("gateway_encoder", "gateway_meaning")
"""What a pack has beside them unless it reads words alone."""
_TOKENIZED_BY = {"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}}
_READ = (ORTH, LOWER, IS_ALPHA)
"""Of a word that nobody has seen, only what this house reads is worked out: spaCy would run fifteen functions."""
_REGISTERED = (
    _language.make_language,
    _lexicon.make_lexicon,
    _linear.make_linear,
    _encoder.make_encoder,
    _meaning.make_meaning,
)
SHARED_PACK = Path(__file__).parent / "packs" / "general"
"""What every pack shares: the lexicon, the commonest words, the heads for kind."""


def blank(lexicon: Path | None = None, meaning: bool = False) -> Language:
    """A pipeline without heads, with the shared lexicon or the one in `lexicon`; `meaning`: with an encoder too."""
    nlp = spacy.blank("en", config=_TOKENIZED_BY)
    for name in (*COMPONENTS, *(MEANING_COMPONENTS if meaning else ())):
        nlp.add_pipe(name)
    if lexicon is not None:
        lexicon_of(nlp).from_disk(lexicon)
    return nlp


def opened(folder: Path) -> Language:
    """The pipeline of a pack, warm."""
    nlp = spacy.load(folder)
    warm(nlp)
    return nlp


def warm(nlp: Language) -> None:
    """Put the commonest words into the vocabulary, and what they are written like into the tokenizer.

    Raises ValueError for a pipeline with a tokenizer that is not ours, as packs of the first release have it.
    """
    vocab: Any = nlp.vocab
    vocab.lex_attr_getters = {
        name: vocab.lex_attr_getters[name] for name in _READ if name in vocab.lex_attr_getters
    }
    tokenizer: Any = nlp.tokenizer
    if not isinstance(tokenizer, Tokenizer):
        raise ValueError("its words were cut by another tokenizer")
    tokenizer.learn(map(str, range(1_000)))
    for line in (SHARED_PACK / "vocabulary.txt").read_text("utf-8").splitlines():
        tokenizer.learn(line.split())


def lexicon_of(nlp: Language) -> _lexicon.Lexicon:
    """The pipeline's lexicon."""
    found = nlp.get_pipe("gateway_lexicon")
    assert isinstance(found, _lexicon.Lexicon)
    return found


def heads_of(nlp: Language) -> list[Head]:
    """The heads of the pipeline's model; the list itself, so that training can add to it."""
    found = nlp.get_pipe("gateway_linear")
    assert isinstance(found, _linear.Linear)
    return found.heads


def meaning_heads_of(nlp: Language) -> list[VectorHead]:
    """The heads on vectors; the list itself, so that training can add to it."""
    found = nlp.get_pipe("gateway_meaning")
    assert isinstance(found, _meaning.MeaningReader)
    return found.heads
