"""Likeness of texts, and the store of those that came before."""

import random

import pytest

from classifiers.similarity.compare import compare
from classifiers.similarity.normalise import masked, words
from classifiers.similarity.runs import LONGEST, from_bytes, runs_of, to_bytes
from classifiers.similarity.shingles import WIDTH, hashed, jaccard, shingles_of
from classifiers.similarity.store import Near, NearTexts

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


ODD_TEXTS = [
    LETTER,
    "",
    "!!! ... ???",
    "Refund",
    "Refund now",
    "Order 17b of 3/4/2027 and order 20041 of the 10th",
    "XX/XX/2015 the bank took XXXX from me, write to a.b@c.example or see https://x.example/y",
    "Die Wärmepumpe ist kaputt – seit 14 Tagen, “niemand” hilft!",
    "ฉันไม่พอใจมาก ๓ วันแล้ว 😡",
    "Ｆull width １２３ words and İstanbul",
    "two\n\nlines_and under_scores " * 30,
]


def test_a_batch_hashes_what_each_text_alone_says_in_words() -> None:
    """The byte-wise reading and the words are the same reading; no text of a batch leaks into the next."""
    flat, bounds = hashed(ODD_TEXTS)
    for place, text in enumerate(ODD_TEXTS):
        found = masked(words(text)) if any(sign.isalnum() for sign in text) else []
        padded = found + [""] * (WIDTH - len(found)) if found else []
        runs = {tuple(padded[at : at + WIDTH]) for at in range(len(padded) - WIDTH + 1)}
        mine = flat[bounds[place] : bounds[place + 1]].tolist()
        assert len(set(mine)) == len(runs), text
        assert set(mine) == set(shingles_of(text).tolist()), text


def test_numbers_count_as_one_word_and_order_counts() -> None:
    assert jaccard(shingles_of("order 17 of May is late"), shingles_of("order 2004 of may is late")) == 1.0
    assert jaccard(shingles_of("a b c d e"), shingles_of("e d c b a")) == 0.0


def test_the_runs_are_frozen() -> None:
    """They are kept and sent between workers of different releases."""
    (runs,) = runs_of([LETTER])
    assert (len(runs), runs[:4].tolist()) == (40, [1112, 2017, 2289, 2817])
    assert from_bytes(to_bytes(runs)).tolist() == runs.tolist()


def test_runs_of_a_very_long_text_are_bounded_and_still_alike() -> None:
    long = _random_text(7, 30_000)
    one, other = runs_of([long, long + " and one more thing"])
    assert len(one) == len(other) == LONGEST
    assert len(set(one.tolist()) & set(other.tolist())) > LONGEST * 0.99


def _add(store: NearTexts, text: str) -> Near:
    (near,) = store.add([text])
    return near


def test_near_texts_are_found_and_far_ones_are_not() -> None:
    store = NearTexts(1_000)
    first, none = _add(store, LETTER)
    assert none == []
    assert not any(near for _, near in store.add([_random_text(number) for number in range(300)]))
    second, near = _add(store, LETTER.replace("thirty", "ten"))
    assert [one.number for one in near] == [first]
    assert near[0].score > 0.8
    _, near = _add(store, LETTER)
    assert [one.number for one in near] == [first, second]


def test_a_batch_finds_what_one_after_the_other_finds() -> None:
    texts = [
        text for number in range(80) for text in (_random_text(number), f"{LETTER} {_random_text(number, 9)}")
    ]
    alone, together = NearTexts(1_000), NearTexts(1_000)
    one_by_one = [_add(alone, text) for text in texts]
    assert together.add(texts) == one_by_one
    assert any(near for _, near in one_by_one)


def test_the_window_forgets_the_oldest() -> None:
    store = NearTexts(50)
    store.add([LETTER])
    store.add([_random_text(number) for number in range(50)])
    assert _add(store, LETTER)[1] == []
    assert len(store) == 50


def test_long_texts_shorten_the_window_but_never_mix_texts() -> None:
    store = NearTexts(20)
    for number in range(40):
        text = _random_text(number, 900)
        _add(store, text)
        _, near = _add(store, text)
        assert near[0].score == 1.0


def test_a_template_flood_stays_quick_and_finds_recent_copies() -> None:
    store = NearTexts(1_000)
    found = store.add([f"{LETTER} {number}" for number in range(600)])
    last, near = found[-1]
    assert near
    assert near[0].number >= last - 40


def test_a_text_without_words_is_like_nothing() -> None:
    store = NearTexts(10)
    assert [near for _, near in store.add(["", "", "?!"])] == [[], [], []]
