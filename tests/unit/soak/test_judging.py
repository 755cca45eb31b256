"""What the long look calls wrong: growth, replaced processes, people left waiting, lines that repeat."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.soak.__main__ import judged
from tests.acceptance.soak.growth import growth

FLAT = [(float(at), 100.0 + at % 60 / 60) for at in range(0, 3600, 30)]
GROWING = [(float(at), 100.0 + at / 600) for at in range(0, 3600, 30)]
QUIET: dict[str, Any] = {"waiting": 0, "partitions": [{"stage": "triage", "lag_records": 0}]}


def test_a_steady_rise_is_growth_and_noise_is_none() -> None:
    assert growth(FLAT, 2400).share < 0.01
    assert 0.035 < growth(GROWING, 2400).share < 0.045


def test_what_grew_early_and_then_stood_is_no_growth() -> None:
    early = [(at, 50.0 if at < 1000 else 100.0) for at, _ in FLAT]
    assert growth(early, 2400).share == 0


def wrong(tmp_path: Path, **changed: Any) -> list[str]:
    facts: dict[str, Any] = {
        "before": {"serve": 1}, "after": {"serve": 1}, "sizes": {"serve": FLAT}, "lag": QUIET, "logs": tmp_path,
    }  # fmt: skip
    found: list[str] = judged(**(facts | changed))["wrong"]
    return found


def test_a_quiet_hour_has_nothing_wrong(tmp_path: Path) -> None:
    assert wrong(tmp_path) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"after": {"serve": 2}}, "serve was replaced or ended"),
        ({"after": {}}, "serve was replaced or ended"),
        ({"sizes": {"serve": GROWING}}, "serve grew by 3"),
        ({"lag": QUIET | {"waiting": 2}}, "2 people still wait"),
        ({"lag": {}}, "? people still wait"),
        (
            {"lag": QUIET | {"partitions": [{"stage": "letters", "lag_records": 3}]}},
            "letters: 3 records were left",
        ),
    ],
)
def test_each_promise_is_looked_at(tmp_path: Path, changed: dict[str, Any], says: str) -> None:
    assert [says in one for one in wrong(tmp_path, **changed)] == [True]


def test_a_line_of_trouble_that_repeats_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "triage.log").write_text("".join(f"WARNING took {number} s\n" for number in range(11)))
    assert wrong(tmp_path) == ["11 times: triage.log: WARNING took # s"]
    (tmp_path / "triage.log").write_text("".join(f"INFO took {number} s\n" for number in range(11)))
    assert wrong(tmp_path) == []
