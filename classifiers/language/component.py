"""The first component of the pipeline: the language of each document."""

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.document import language_hint, text_of
from classifiers.language.detect import language_of

LANGUAGE = "language"


class LanguageFirst:
    """Leaves the ISO 639-1 code in `doc.user_data`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        doc.user_data[LANGUAGE] = language_of(text_of(doc), language_hint(doc))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """One by one. `batch_size` is spaCy's and unused."""
        return map(self, stream)


@Language.factory("gateway_language")
def make_language(nlp: Language, name: str) -> LanguageFirst:
    """A detector; it has nothing to store."""
    return LanguageFirst(name)
