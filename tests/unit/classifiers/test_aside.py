"""Danger is looked for in all that came with a message, and in the middle of a text however long it is."""

import pytest

from classifiers.assessor import PackClassifier
from classifiers.contract import Text
from classifiers.encoder.passages import ENDING, OPENING
from classifiers.registry import load

pytestmark = pytest.mark.timeout(120)
DANGERS = (
    "There is a smell of gas in the hall.",
    "In der Küche riecht es nach Gas.",
    "g a s   l e a k in flat 4",
)
ORDINARY = "Please answer my letter about the bill."
FILLING = "The queue at the counter was long and the form asks for the same things twice. "


@pytest.fixture(scope="module", params=["general", "finance"])
def pack(request: pytest.FixtureRequest) -> PackClassifier:
    return load(request.param)


@pytest.mark.parametrize("danger", DANGERS)
def test_danger_beside_the_text_counts(pack: PackClassifier, danger: str) -> None:
    first, other = pack.assess([Text(ORDINARY, aside=f"On Monday Jo wrote:\n{danger}"), Text(ORDINARY)])
    assert (first.safety.hazards, first.priority) == (["gas"], "urgent")
    assert any("beside" in one.says for one in first.reasons)
    assert not other.safety.hit


def test_each_text_has_its_own_rest(pack: PackClassifier) -> None:
    asides = ["", DANGERS[0], " ", "Kind regards, Jo", "\n", DANGERS[1]]
    answers = pack.assess([Text(ORDINARY, aside=aside) for aside in asides])
    assert [one.safety.hit for one in answers] == [False, True, False, False, False, True]
    assert [one.kind == answers[0].kind or one.safety.hit for one in answers] == [True] * len(asides)


def test_a_rest_without_danger_changes_nothing(pack: PackClassifier) -> None:
    alone, beside = pack.assess([Text(ORDINARY), Text(ORDINARY, aside="Kind regards, Jo Marsh, 12 Elm Road")])
    assert alone == beside


@pytest.mark.parametrize("danger", DANGERS[:2])
def test_danger_amid_a_very_long_text_counts(pack: PackClassifier, danger: str) -> None:
    before = FILLING * (2 * OPENING // len(FILLING))
    (answer,) = pack.assess([Text(f"{before}{danger} {FILLING * (2 * ENDING // len(FILLING))}")])
    assert answer.safety.hazards == ["gas"]
