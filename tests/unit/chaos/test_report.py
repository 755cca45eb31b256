"""A report names its seed and what was broken, to programs and to people."""

import json
from dataclasses import replace
from pathlib import Path

from tests.acceptance.chaos.judge import judge
from tests.acceptance.chaos.report import Report
from tests.unit.chaos.test_judge import GOOD


def test_a_report_of_a_loss(tmp_path: Path) -> None:
    report = Report(7, 3, "offsets", 4, heard=4, faults={"kill": 2, "kill supervisor": 1, "kill serve": 1})
    report.verdict = judge(replace(GOOD, heard=frozenset({1, 2, 3, 4})))
    report.write(tmp_path / "new" / "report.json")
    told = json.loads((tmp_path / "new" / "report.json").read_text())
    assert (told["seed"], told["clean"], told["verdict"]["lost"]) == (7, False, [4])
    assert "2: 2 kill" in report.table()
    assert "VIOLATED" in report.table()


def test_a_run_that_came_to_no_verdict_is_not_clean() -> None:
    assert not Report(7, 1, "", 4).clean
    assert "did not come to one" in Report(7, 1, "", 4).table()
