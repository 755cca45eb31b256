"""The same text again: what is the same, what is not, and that the bytes never change."""

import pytest

from classifiers.similarity.fingerprint import text_fingerprint

ORIGINAL = "My washing machine, ordered on 3 May, arrived broken and nobody answers."


@pytest.mark.parametrize(
    "dressed",
    [
        ORIGINAL.upper(),
        "  My washing machine ordered on 3 May\narrived broken -- and nobody answers!!! ",
        "Dear Sir or Madam,\n\n" + ORIGINAL + "\n\nKind regards,\nA. Person",
        ORIGINAL + "\n\nOn Mon, 3 May 2027 at 10:00, Support <help@shop.example> wrote:\n> How can we help?",
        ORIGINAL + "\n-----Original Message-----\nFrom: shop\nAnything else",
        "Ｍy washing machine, ordered on 3 May, arrived broken and nobody answers.",
    ],
)
def test_dress_does_not_matter(dressed: str) -> None:
    assert text_fingerprint(dressed) == text_fingerprint(ORIGINAL)


@pytest.mark.parametrize(
    "other",
    [
        ORIGINAL.replace("3 May", "4 May"),
        ORIGINAL.replace("nobody answers", "answers nobody"),
        ORIGINAL + " And it leaks.",
        "",
        "😡",
    ],
)
def test_other_words_are_another_text(other: str) -> None:
    assert text_fingerprint(other) != text_fingerprint(ORIGINAL)


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (ORIGINAL, "c089c896a30fe9d43e56ab22077180d3"),
        ("", "bc7e845c0288c44072069f32f34f1b55"),
        ("😡😡", "408cefc0dced3cacd8d88c440048f20f"),
        ("\ud800 lone", "81eb4e78b35a10d9b9f2d0c63db0c490"),
    ],
)
def test_golden_vectors(text: str, digest: str) -> None:
    assert text_fingerprint(text).hex() == digest


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "odd", ["\n" * 1_000_000, "@" * 1_000_000, "x/" * 500_000, "> " * 500_000, "regards\n" * 125_000]
)
def test_a_megabyte_of_anything_is_quick(odd: str) -> None:
    assert len(text_fingerprint(odd)) == 16
