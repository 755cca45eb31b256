"""Lexicon files: the little grammar, the automaton, denials and exceptions."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from classifiers.lexicon.automaton import Automaton
from classifiers.lexicon.grammar import parsed
from classifiers.lexicon.phrases import read_folder
from classifiers.pipeline import blank, lexicon_of
from schemas.errors import Misconfigured

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def shared() -> Language:
    return blank()


def matches(automaton: Automaton, ids: list[int]) -> list[tuple[int, int, int]]:
    """Label, start and end of each."""
    some = automaton.matches(np.array(ids, np.uint64), np.full(len(ids), len(ids)))
    return list(zip(some.labels.tolist(), some.starts.tolist(), some.ends.tolist(), strict=True))


def found(line: str, text: str) -> list[str]:
    vocabulary: dict[str, int] = {}

    def ids(words: str) -> list[int]:
        return [vocabulary.setdefault(word, len(vocabulary)) for word in words.split()]

    automaton = Automaton([(parsed(line), 7)], ids)
    words = text.split()
    return [" ".join(words[start:end]) for _, start, end in matches(automaton, ids(text))]


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        ("(smell|smells) [of] gas", "it smells of gas and smells gas", ["smells of gas", "smells gas"]),
        ("smell gas", "smell of gas", []),
        ("rushed .. to hospital", "rushed my old mother to hospital", ["rushed my old mother to hospital"]),
        ("rushed .. to hospital", "rushed to hospital", ["rushed to hospital"]),
        ("rushed .. to hospital", "rushed one two three four to hospital", []),
        ("(caught|set [it|them] on) fire", "set it on fire", ["set it on fire"]),
        ("(a|a b|a b c) d", "a b c d a d", ["a b c d", "a d"]),
    ],
)
def test_a_line_finds_its_phrases(line: str, text: str, expected: list[str]) -> None:
    assert found(line, text) == expected


def test_the_longest_match_of_a_label_wins() -> None:
    assert found("gas [leak [alarm]]", "gas leak alarm") == ["gas leak alarm"]


@pytest.mark.parametrize("line", ["(a|b", "a)", "[a", "a ]", "(a]"])
def test_brackets_must_pair(line: str) -> None:
    with pytest.raises(ValueError, match=r"pair|closed"):
        parsed(line)


def test_an_error_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "safety").mkdir()
    (tmp_path / "safety" / "fire.txt").write_text("# comment\non fire\n(broken\n", "utf-8")
    with pytest.raises(Misconfigured, match=r"fire\.txt, line 3"):
        read_folder(tmp_path)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=8))
def test_the_automaton_agrees_with_spelling_out(words: list[str]) -> None:
    phrases = ["a b", "a c b", "b b", "b c b b"]
    line = "(a [c] b|b [c b] b)"
    text = " ".join(words)
    expected = {
        (start, len(phrase.split()))
        for phrase in phrases
        for start in range(len(words))
        if words[start : start + len(phrase.split())] == phrase.split()
    }
    longest = {start: max(size for place, size in expected if place == start) for start, _ in expected}
    automaton = Automaton([(parsed(line), 0)], lambda word: ["abc".index(one) for one in word.split()])
    assert matches(automaton, ["abc".index(word) for word in text.split()]) == [
        (0, start, start + size) for start, size in sorted(longest.items())
    ]


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("There was no gas leak.", True),
        ("Nobody was seriously injured.", True),
        ("There is no doubt about it: a gas leak.", False),
        ("Not urgent, gas leak.", False),
        ("I do not know who to call about the gas leak.", False),
    ],
)
def test_only_a_plain_denial_denies(shared: Language, text: str, denied: bool) -> None:
    doc = lexicon_of(shared)(shared.make_doc(text))
    hits = [one for one in doc.user_data["findings"] if one.kind == "safety"]
    assert hits
    assert all(one.negated for one in hits) is denied


def test_a_lexicon_of_its_own_replaces_the_shared_one(tmp_path: Path) -> None:
    folder = tmp_path / "gateway_lexicon"
    (folder / "safety").mkdir(parents=True)
    (folder / "safety" / "lions.txt").write_text("lion [is] loose\n! sea lion loose\n", "utf-8")
    nlp = blank(folder)
    lexicon = lexicon_of(nlp)
    groups = [one.group for one in lexicon(nlp.make_doc("A lion is loose, gas leak.")).user_data["findings"]]
    assert groups == ["lions"]
    assert not lexicon(nlp.make_doc("A sea lion loose in the pool")).user_data["findings"]
    lexicon.to_disk(tmp_path / "copy")
    assert (tmp_path / "copy" / "safety" / "lions.txt").exists()
