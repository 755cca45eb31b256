"""A text on its way through the pipeline: how it enters, and where its own characters are kept.

spaCy puts `doc.text` together from its tokens each time it is asked, which costs as much as the whole lexicon; the
text that went in is kept beside the tokens instead.
"""

from spacy.language import Language
from spacy.tokens import Doc

from classifiers.tame import tamed

_TEXT = "text"
_HINT = "language_hint"
_POST = "may_be_post"


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


def language_hint(doc: Doc) -> str:
    """What the channel or form said of the language; "" when it said nothing."""
    hint: str = doc.user_data.get(_HINT, "")
    return hint


def may_be_post(doc: Doc) -> bool:
    """False when the caller knows that it is no public post."""
    post: bool = doc.user_data.get(_POST, True)
    return post
