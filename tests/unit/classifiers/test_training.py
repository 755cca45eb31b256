"""Training: bad data is refused with line numbers, the same data give the same model, a pack can be opened after."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from classifiers.contract import Text
from classifiers.drift import expected_of
from classifiers.linear.storage import head_from_bytes, head_to_bytes
from classifiers.pipeline import blank
from classifiers.registry import load
from classifiers.training import BadData, Options, Row, compare, evaluate, read_rows, train
from classifiers.training.ablation import ablate, as_markdown
from classifiers.training.card import as_markdown as card_markdown
from classifiers.training.card import card_of
from classifiers.training.head import train_head
from classifiers.training.metrics import (
    Bin,
    Confusion,
    calibration_bins,
    calibration_error,
    confusions,
    coverage_curve,
    macro_f1,
    threshold_for,
)

pytest.importorskip("sklearn")
pytestmark = pytest.mark.timeout(180)

OPTIONS = Options(least_documents=1, features=2_000, folds=3)


def _rows(count: int = 60) -> list[Row]:
    things = {"parcel": "The parcel with my {} is lost", "bill": "You charged me twice for the {} on my bill"}
    goods = ["lamp", "chair", "book", "kettle", "radio", "coat", "clock", "phone", "desk", "bike"]
    return [
        Row(things[label].format(goods[number % 10]) + f", and it is number {number}.", label)
        for number in range(count)
        for label in things
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"text": "a", "category": "x"}\nnot json\n', "line 2: not JSON"),
        ('{"text": "", "category": "x"}\n', "line 1: field 'text' is empty"),
        ('{"text": 5, "category": "x"}\n', "line 1: field 'text' is 5, not text"),
        ('{"body": "a", "category": "x"}\n', "line 1: no field 'text'; it has body, category"),
        ('["a"]\n', "line 1: list instead of an object"),
        (
            '{"text": "a", "category": "x"}\n{"text": "a", "category": "y"}\n',
            "line 2: the same text as line 1",
        ),
        ('{"text": "a", "category": "x"}\n', "at least 2 are needed"),
        ('{"text": "a", "category": "' + "x" * 99 + '"}\n', "a label of 99 characters"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(BadData) as caught:
        read_rows(file)
    assert any(problem in one for one in caught.value.problems)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'{"text": 1}\n{"text": "a"}\nnope\n')
    with pytest.raises(BadData) as caught:
        read_rows(file)
    assert {one.split(":")[0] for one in caught.value.problems} >= {"line 1", "line 2", "line 3"}


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(b"text,category\nfine,x\ncaf\xe9,y\n")
    with pytest.raises(BadData, match="line 3: not UTF-8"):
        read_rows(file)


def test_csv_and_gzip_are_read(tmp_path: Path) -> None:
    rows = _rows(12)
    table = tmp_path / "rows.csv"
    table.write_text("complaint,topic\n" + "".join(f'"{row.text}",{row.label}\n' for row in rows), "utf-8")
    assert read_rows(table, text="complaint", label="topic") == rows
    packed = tmp_path / "rows.jsonl.gz"
    lines = (json.dumps({"text": row.text, "category": row.label}) for row in rows)
    packed.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert read_rows(packed) == rows


def test_the_same_rows_give_the_same_bytes() -> None:
    heads = [
        train_head(blank(), "category", _rows(), OPTIONS, lambda step, share: None).head for _ in range(2)
    ]
    first, second = map(head_to_bytes, heads)
    assert first == second
    again = head_from_bytes(first)
    assert head_to_bytes(again) == first
    np.testing.assert_array_equal(again.weights.slots, heads[0].weights.slots)


def test_a_trained_pack_opens_and_knows_its_card(tmp_path: Path) -> None:
    told: list[float] = []
    rows = _rows()
    card = train(
        rows, tmp_path / "shop", OPTIONS, lambda step, share: told.append(share), ["made for a test"]
    )
    assert told[-1] == 1.0
    assert card.unseen.macro_f1 > 0.95
    page = (tmp_path / "shop" / "card.md").read_text("utf-8")
    assert "made for a test" in page
    assert all(title in page for title in ("Coverage", "Calibration", "Known failures"))
    for picture in ("calibration.category.svg", "coverage.category.svg"):
        assert picture in page
        assert ElementTree.parse(tmp_path / "shop" / picture).getroot().tag.endswith("svg")
    pack = load("shop", tmp_path / "shop")
    report = evaluate(pack, rows)
    assert report.scores.accuracy > 0.95
    (answer,) = pack.assess([Text("The parcel with my lamp is lost, and there is a gas leak.")])
    assert (answer.category, answer.safety.hit, answer.model) == ("parcel", True, card.version)
    comparison = compare(report, report)
    assert (comparison.gain, comparison.low, comparison.high) == (0.0, 0.0, 0.0)
    assert "No difference" in comparison.verdict
    assert expected_of(tmp_path / "shop" / "card.json", own=True).unknown == card.unknown
    strange = pack.assess([Text("Zxqv blorf wibble snarkle grommet.")])
    assert answer.unknown is not None
    assert strange[0].unknown is not None
    assert answer.unknown < 0.6 < strange[0].unknown


def test_a_head_may_be_judged_on_sources_it_has_not_met() -> None:
    rows = [Row(row.text, row.label, f"shop {number % 3}") for number, row in enumerate(_rows())]
    options = replace(OPTIONS, judged_on=("shop 1",))
    trained = train_head(blank(), "category", rows, options, lambda step, share: None)
    assert (trained.texts, trained.unseen.texts) == (len(rows), len(rows) // 3)
    page = card_markdown(card_of("shop", trained, options))
    assert "texts of shop 1, each scored by a model that had never met their source" in page


def test_metrics_by_hand() -> None:
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert macro_f1(truth, said, 2) == pytest.approx((2 / 3 + 4 / 5) / 2)
    right, sure = truth == said, np.array([0.9, 0.6, 0.8, 0.7])
    assert dict(coverage_curve(right, sure))[0.5] == 1.0
    assert threshold_for(right, sure, 0.9) == pytest.approx(0.7)
    assert calibration_error(np.array([True, False]), np.array([0.5, 0.5])) == pytest.approx(0.0)
    bins = calibration_bins(np.array([True, False, True]), np.array([0.55, 0.58, 0.95]))
    assert bins == (Bin(0.565, 0.5, 2), Bin(0.95, 1.0, 1))
    assert confusions(["x", "y"], truth, said) == (Confusion("x", "y", 1),)
    assert confusions(["x", "y"], truth, truth) == ()


def test_an_ablation_leaves_out_one_part_at_a_time() -> None:
    found = list(ablate(blank(), "category", _rows(), OPTIONS))
    assert [what for what, _ in found] == [
        "everything",
        "without single words",
        "without pairs of words",
        "without the opening",
        "without scaling by one-sidedness",
    ]
    page = as_markdown("shop", "category", found)
    assert page.count("\n| ") == len(found) + 1
