"""Likeness of texts, and the store of those that came before."""

import random

import pytest

from classifiers.similarity.compare import compare
from classifiers.similarity.minhash import band_keys
from classifiers.similarity.shingles import jaccard, shingles_of
from classifiers.similarity.store import NearTexts

pytestmark = pytest.mark.timeout(60)

LETTER = (
    "I am writing about the account that your company reports. I never opened it, I never received a contract for it, "
    "and I ask you to show me the signed original or to remove the entry within thirty days of this letter."
)


def _random_text(number: int, words: int = 60) -> str:
    chance = random.Random(number)
    return " ".join(f"word{chance.choice('abcdefghij')}{chance.choice('klmnopqrst')}" for _ in range(words))


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (LETTER.upper(), "duplicate"),
        (LETTER + " Thank you for reading this.", "duplicate"),
        (
            LETTER[: len(LETTER) // 2] + " My neighbour has the same trouble with a loan he never took.",
            "related",
        ),
        ("My parcel has not arrived.", "different"),
        ("", "different"),
    ],
)
def test_verdicts(other: str, verdict: str) -> None:
    likeness = compare(LETTER, other)
    assert likeness.verdict == verdict
    assert likeness.reasons


def test_jaccard_counts_shared_runs() -> None:
    assert jaccard(shingles_of("a b c d"), shingles_of("b c d e")) == pytest.approx(1 / 3)
    assert jaccard(shingles_of(""), shingles_of("")) == 0.0


def test_the_bands_are_frozen() -> None:
    """Stored windows are read by later releases."""
    assert [int(key) for key in band_keys(shingles_of(LETTER))[:2]] == [
        1460363769713148169,
        16051339498584335967,
    ]


def test_near_texts_are_found_and_far_ones_are_not() -> None:
    store = NearTexts(1_000)
    first, none = store.add(LETTER)
    assert none == []
    for number in range(300):
        assert store.add(_random_text(number))[1] == []
    second, near = store.add(LETTER.replace("thirty", "ten"))
    assert [one.number for one in near] == [first]
    assert near[0].score > 0.8
    _, near = store.add(LETTER)
    assert [one.number for one in near] == [first, second]


def test_the_window_forgets_the_oldest() -> None:
    store = NearTexts(50)
    store.add(LETTER)
    for number in range(50):
        store.add(_random_text(number))
    assert store.add(LETTER)[1] == []
    assert len(store) == 50


def test_long_texts_shorten_the_window_but_never_mix_texts() -> None:
    store = NearTexts(20)
    for number in range(40):
        text = _random_text(number, 900)
        store.add(text)
        _, near = store.add(text)
        assert near[0].score == 1.0


def test_a_template_flood_stays_quick_and_finds_recent_copies() -> None:
    store = NearTexts(1_000)
    for number in range(600):
        last, near = store.add(f"{LETTER} {number}")
    assert near
    assert near[0].number >= last - 40


def test_a_text_without_words_is_like_nothing() -> None:
    store = NearTexts(10)
    store.add("")
    assert store.add("")[1] == []
