"""Drift: what is counted, and what is said when it has moved away from the card."""

import json
from pathlib import Path
from typing import Any

import pytest

from classifiers.contract import Text
from classifiers.drift import ENOUGH, Expected, Tally, expected_of, moved
from classifiers.pack import home_of
from classifiers.registry import load
from classifiers.training.sources import finance_rows, patient_rows
from schemas.assessment import Assessment

DATA = Path(__file__).parents[4] / "shared" / "data"
CARD = {
    "head": "category",
    "version": "category-1",
    "abstained": 0.1,
    "confidence": 0.9,
    "unknown": 0.2,
    "unseen": {"labels": [{"label": "parcel", "texts": 30}, {"label": "invoice", "texts": 10}]},
}


def assessment(**words: Any) -> Assessment:
    facts = {
        "kind": "complaint", "category": "parcel", "confidence": 0.9, "abstained": False, "priority": "normal",
        "severity": "low", "unknown": 0.2, "model": "category-1",
    }  # fmt: skip
    return Assessment.model_validate(facts | words)


def tally(**words: Any) -> Tally:
    """As the card says, but for what is named."""
    made = Tally()
    for number in range(ENOUGH):
        usual = {"category": "parcel" if number % 4 else "invoice", "abstained": number % 10 == 0}
        made.add(assessment(**(usual | words)))
    return made


def written(tmp_path: Path, *heads: dict[str, Any]) -> Path:
    (tmp_path / "card.json").write_text(json.dumps(heads))
    return tmp_path / "card.json"


def test_what_the_card_says_is_no_drift(tmp_path: Path) -> None:
    expected = expected_of(written(tmp_path, {"head": "kind", "unknown": 0.5}, CARD), own=True)
    assert expected == Expected("category-1", {"parcel": 0.75, "invoice": 0.25}, 0.1, 0.9, 0.2)
    assert moved(tally(), expected) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"category": "invoice"}, "mix of categories"),
        ({"abstained": True}, "abstains on 100% of the texts instead of 10%"),
        ({"confidence": 0.5}, "0.50 sure on average instead of 0.90"),
        ({"unknown": 0.4}, "40% of the words are new to it instead of 20%"),
    ],
)
def test_each_way_to_drift_is_said(tmp_path: Path, words: dict[str, Any], says: str) -> None:
    (found,) = moved(tally(**words), expected_of(written(tmp_path, CARD), own=True))
    assert says in found


def test_too_few_texts_say_nothing(tmp_path: Path) -> None:
    few = Tally(texts=ENOUGH - 1, abstained=ENOUGH - 1, unknown=float(ENOUGH))
    assert moved(few, expected_of(written(tmp_path, CARD), own=True)) == []


def test_the_mix_of_a_shipped_pack_is_that_of_strangers(tmp_path: Path) -> None:
    assert moved(tally(category="invoice"), expected_of(written(tmp_path, CARD), own=False)) == []


def test_a_pack_that_decides_by_rules_is_judged_by_its_words_alone(tmp_path: Path) -> None:
    expected = expected_of(written(tmp_path, {"head": "kind", "unknown": 0.3}), own=False)
    assert expected == Expected(unknown=0.3)
    assert moved(tally(abstained=True, confidence=0.1), expected) == []
    assert moved(tally(unknown=0.9), expected) != []


def test_a_card_from_before_unknown_words_were_counted_is_read(tmp_path: Path) -> None:
    old = {name: value for name, value in CARD.items() if name != "unknown"}
    assert moved(tally(unknown=1.0), expected_of(written(tmp_path, old), own=True)) == []


def test_only_complaints_that_a_model_read_are_counted() -> None:
    made = Tally()
    for one in (assessment(kind="praise"), assessment(unknown=None), assessment()):
        made.add(one)
    assert (made.texts, made.labels["parcel"], made.share(made.unknown)) == (1, 1, 0.2)


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
def test_the_shipped_pack_knows_its_own_field_and_notices_another() -> None:
    pack, expected = load("finance"), expected_of(home_of("finance", None) / "card.json", own=False)
    judged = {}
    for field, rows in (
        ("bank", finance_rows(DATA, "dev")[:700]),
        ("hospital", patient_rows(DATA, "train", "label")[:2_200]),
    ):
        judged[field] = Tally()
        for one in pack.assess(Text(row.text) for row in rows):
            judged[field].add(one)
    assert min(one.texts for one in judged.values()) >= ENOUGH
    assert moved(judged["bank"], expected) == []
    assert moved(judged["hospital"], expected) != []
