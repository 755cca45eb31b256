"""The tokenizer: loses no character, cuts where phrases need it, is linear in anything, and remembers nothing."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from classifiers.document import entered, words_of
from classifiers.pipeline import blank, warm
from classifiers.tame import TEXT_LIMIT, tamed

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = blank()
    warm(made)
    return made


@settings(deadline=None)
@given(text=st.text(alphabet=st.one_of(st.sampled_from(" \n\t'’.-aé1nт"), st.characters()), max_size=60))
def test_no_character_is_lost(nlp: Language, text: str) -> None:
    safe = tamed(text)
    assert len(safe) == len(text)
    doc = nlp.make_doc(safe)
    assert doc.text == safe
    assert all(token.text == safe[token.idx : token.idx + len(token)] for token in doc)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("I can't, he's", ["I", "ca", "n't", ",", "he", "'s"]),
        ("$1,234.56!!!", ["$", "1", ",", "234", ".", "56", "!!!"]),
        ("a 401k in 2024", ["a", "401", "k", "in", "202", "4"]),
        ("10/10 e-mail", ["10", "/", "10", "e", "-", "mail"]),
        ("O'Neil isn't O'Neil's", ["O", "'", "Neil", "is", "n't", "O", "'", "Neil", "'s"]),
        ("a  b ", ["a", " ", "b"]),
        ("ความเห็น", ["ความเห็น"]),
    ],
)
def test_where_it_cuts(nlp: Language, text: str, tokens: list[str]) -> None:
    assert [token.text for token in nlp.make_doc(text)] == tokens


def test_a_phrase_goes_on_behind_a_line_break(nlp: Language) -> None:
    doc = nlp(entered(nlp, "I think there is a gas\r\n leak here"))
    (span,) = doc.spans["safety"]
    assert span.text == "gas\r\n leak"
    assert [len(words.ids) for words in words_of([doc])] == [8]


@pytest.mark.parametrize("stretch", ["a", "'", "x-", "n't", "1", "é", ".", " ", "\n"])
def test_the_longest_text_takes_no_longer_than_its_length(nlp: Language, stretch: str) -> None:
    def spent(count: int) -> float:
        text = (stretch * count)[:count]
        began = time.process_time()
        nlp.make_doc(text)
        return time.process_time() - began

    spent(1_000)
    assert spent(TEXT_LIMIT) < 50 * spent(TEXT_LIMIT // 10) + 1


def test_what_strangers_write_is_forgotten(nlp: Language) -> None:
    known = len(nlp.vocab.strings)
    for number in range(50):
        with nlp.memory_zone():
            nlp(entered(nlp, f"strange{number:x}word and number {number}{number}"))
    assert len(nlp.vocab.strings) == known
