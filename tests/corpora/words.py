"""Short texts and their language."""

from collections.abc import Iterator

from classifiers.language.detect import language_of
from tests.corpora.checks import Check, same
from tests.corpora.material import entries


def languages() -> Iterator[Check]:
    """ISO 639-1 codes."""
    for entry in entries("language"):
        yield same(entry, "language", entry.expected["language"], language_of(entry.line["input"]["text"]))
