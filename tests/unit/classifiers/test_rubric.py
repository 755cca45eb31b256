"""The rubric: danger to life is urgent, in many wordings and languages, and ordinary complaints raise no alarm."""

from pathlib import Path

import pytest

from classifiers.assessor import PackClassifier
from classifiers.contract import Text
from classifiers.registry import load

pytestmark = pytest.mark.timeout(120)

RUBRIC = Path(__file__).parents[2] / "fixtures" / "understanding" / "rubric.tsv"
LEAST_RECALL, MOST_ALARMS, LEAST_EXAMPLES = 0.97, 0.02, 400


@pytest.fixture(scope="module")
def general() -> PackClassifier:
    return load("general")


def _examples(label: str) -> list[str]:
    lines = (line.split("\t") for line in RUBRIC.read_text("utf-8").splitlines() if not line.startswith("#"))
    return [text for given, _, _, text in lines if given == label]


def test_the_rubric_is_large_enough() -> None:
    assert len(_examples("life")) + len(_examples("ordinary")) >= LEAST_EXAMPLES


def test_danger_to_life_is_urgent(general: PackClassifier) -> None:
    texts = _examples("life")
    missed = [
        text
        for text, one in zip(texts, general.assess(map(Text, texts)), strict=True)
        if one.priority != "urgent" or not one.immediate_action
    ]
    assert len(missed) <= (1 - LEAST_RECALL) * len(texts), missed


def test_ordinary_complaints_raise_no_alarm(general: PackClassifier) -> None:
    texts = _examples("ordinary")
    alarms = [
        text for text, one in zip(texts, general.assess(map(Text, texts)), strict=True) if one.safety.hit
    ]
    assert len(alarms) <= MOST_ALARMS * len(texts), alarms


def test_what_is_written_in_an_untaught_language_a_person_reads(general: PackClassifier) -> None:
    texts = [
        "Pakki er ekki kominn ennþá og enginn svarar í símann hjá ykkur.",
        "Paket mi še vedno ni bil dostavljen in nihče se ne javi.",
    ]
    for one in general.assess(map(Text, texts)):
        assert one.language not in ("en", "")
        assert one.abstained
        assert one.kind in ("complaint", "other")
        assert one.priority != "low"
