"""Wordings are spelled out for every domain, always the same way, and short messages of all domains are understood."""

from pathlib import Path

import pytest

from classifiers.assessor import PackClassifier
from classifiers.contract import Text
from classifiers.kind import GRIEVANCE, NONE
from classifiers.pipeline import SHARED_PACK
from classifiers.registry import load
from classifiers.training.wordings import wording_rows

pytestmark = pytest.mark.timeout(120)

SHIPPED = SHARED_PACK / "wordings.txt"
SHORT = Path(__file__).parents[2] / "fixtures" / "understanding" / "short.tsv"
LEAST_RIGHT = 0.9

LINES = """# a comment
[grievance]
the {thing} (broke|failed)

[none]
(when|where) is my {order} ?

[domains]
rail	{thing}: train	{order}: ticket
bank	{thing}: app	{order}: card|loan
"""


@pytest.fixture(scope="module")
def general() -> PackClassifier:
    return load("general")


def _written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "wordings.txt"
    file.write_text(text, "utf-8")
    return file


def test_every_line_is_told_of_every_domain(tmp_path: Path) -> None:
    rows = wording_rows(_written(tmp_path, LINES), 3, seed=1)
    assert len(rows) == 2 * 2 * 3
    assert {row.group for row in rows} == {"rail wordings", "bank wordings"}
    for row in rows:
        thing, order = ("train", "ticket") if row.group.startswith("rail") else ("app", "")
        assert (thing if row.label == GRIEVANCE else order) in row.text
        assert not set("{}()|") & set(row.text)


def test_the_same_seed_gives_the_same_rows() -> None:
    first, second, other = (wording_rows(SHIPPED, 1, seed) for seed in (1, 1, 2))
    assert first == second != other


def test_no_shipped_wording_is_left_with_a_gap() -> None:
    rows = wording_rows(SHIPPED, 1, 1)
    assert {row.label for row in rows} == {GRIEVANCE, NONE}
    assert not [row.text for row in rows if set("{}()|[]") & set(row.text)]


def test_a_thing_that_no_domain_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"):
        wording_rows(_written(tmp_path, LINES.replace("{thing} (", "{colour} (")), 1, 1)


@pytest.mark.parametrize("channel", ["sms", "webform", "mastodon"])
def test_ordinary_short_messages(general: PackClassifier, channel: str) -> None:
    """Of many domains; written before the wordings that the model learns from, and not among them."""
    lines = [line.split("\t") for line in SHORT.read_text("utf-8").splitlines() if not line.startswith("#")]
    answers = general.assess(Text(text, channel=channel) for *_, text in lines)
    for mark in ("1", "0"):
        own = [(text, one) for (told, _, text), one in zip(lines, answers, strict=True) if told == mark]
        wrong = [text for text, one in own if (one.kind == "complaint") != (mark == "1")]
        assert len(own) >= 30
        assert len(wrong) <= (1 - LEAST_RIGHT) * len(own), wrong


def test_a_short_complaint_is_no_low_priority(general: PackClassifier) -> None:
    (answer,) = general.assess(
        [Text("The heating has been broken since Monday and nobody answers", channel="sms")]
    )
    assert answer.kind == "complaint"
    assert answer.priority != "low"
