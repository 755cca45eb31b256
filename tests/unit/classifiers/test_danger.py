"""Danger in three voices: each may raise, none lowers what another is sure of."""

from dataclasses import replace

import pytest

from classifiers.danger import DROWNED, Danger, danger_of, score_of
from classifiers.lexicon.component import Finding
from classifiers.meaning.component import Meaning

DISAGREES = -2.0
KNOWN = ("fire", "gas", "injury")
CALM = Meaning(
    {"hazards": {"fire": 0.1, "gas": 0.2, "injury": 0.1}},
    {"hazards": 0.35, "passage": DISAGREES},
    -6.0,
    -6.0,
    (0, 9),
    1.0,
    1.0,
    "v",
)
PHRASE = (Finding("safety", "fire", 3, 8, False),)


@pytest.mark.parametrize(
    ("phrases", "danger", "worst", "hazards"),
    [
        ((), -6.0, -6.0, ()),
        ((), 2.0, 1.0, ("gas",)),
        ((), -9.0, 3.0, ("gas",)),
        (PHRASE, DISAGREES + 0.5, -9.0, ("fire",)),
        (PHRASE, -9.0, DISAGREES + 0.5, ("fire",)),
        (PHRASE, DISAGREES - 0.5, DISAGREES - 0.5, ()),
        (PHRASE, 2.0, 2.0, ("fire", "gas")),
    ],
)
def test_voices(phrases: tuple[Finding, ...], danger: float, worst: float, hazards: tuple[str, ...]) -> None:
    found = danger_of(phrases, replace(CALM, danger=danger, worst=worst), KNOWN)
    assert found.hazards == hazards
    assert found.hit is bool(hazards)


@pytest.mark.parametrize(
    ("unread", "believed"), [((0, 0), False), ((0, 9), True), ((5, 9), True), ((9, 99), False)]
)
def test_the_encoder_denies_only_what_it_has_read(unread: tuple[int, int], believed: bool) -> None:
    assert danger_of(PHRASE, replace(CALM, unread=unread), KNOWN).hit is believed


def test_where_there_is_no_encoder_phrases_are_believed() -> None:
    assert danger_of(PHRASE, None, KNOWN) == Danger(("fire",), PHRASE)


def test_the_passage_is_told_when_the_encoder_found_it() -> None:
    assert danger_of((), replace(CALM, danger=2.0, worst=2.0), KNOWN).passage == (0, 9)
    assert danger_of(PHRASE, replace(CALM, danger=-1.0, worst=-1.0), KNOWN).passage is None


def test_every_hazard_that_is_likely_is_named_but_only_what_the_pack_knows() -> None:
    heads = {"hazards": {"fire": 0.6, "gas": 0.4, "crash": 0.9}}
    assert danger_of((), replace(CALM, heads=heads, danger=3, worst=3), KNOWN).hazards == ("fire", "gas")


def test_a_long_everyday_text_does_not_drown_its_dangerous_sentence() -> None:
    assert score_of(-50.0, 3.0) == score_of(DROWNED, 3.0)
