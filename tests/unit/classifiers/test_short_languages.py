"""The language of one short sentence: letters go out in it."""

import pytest

from classifiers.language.detect import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La factura está mal.", "es"),
        ("La facture est fausse.", "fr"),
        ("Die Rechnung ist falsch.", "de"),
        ("A fatura está errada.", "pt"),
        ("Faktura jest błędna.", "pl"),
        ("The café was dirty and the waiter rude.", "en"),
        ("Café was closed", "en"),
    ],
)
def test_one_short_sentence(text: str, language: str) -> None:
    assert language_of(text) == language
