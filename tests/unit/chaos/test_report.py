"""A report names its seed, what was broken and every finding, to programs and to people."""

import json
from dataclasses import replace
from pathlib import Path

from tests.acceptance.chaos.judge import judge
from tests.acceptance.chaos.report import Report
from tests.unit.chaos.test_judge import good


def test_a_report_of_a_loss(tmp_path: Path) -> None:
    report = Report(7, 3, "offsets", 4, heard=4, faults={"kill": 2}, killed={"supervisor": 1, "serve": 1})
    report.verdict = judge(replace(good(), heard={1: 5.0, 2: 5.0, 3: 5.0, 4: 5.5}))
    report.not_struck = {"full disk": "mounting a small disk needs root"}
    report.write(tmp_path / "new" / "report.json")
    told = json.loads((tmp_path / "new" / "report.json").read_text())
    (lost,) = [one for one in told["verdict"]["findings"] if one["kind"] == "lost"]
    assert (told["seed"], told["clean"], lost["complaint"], lost["at"]) == (7, False, 4, 5.5)
    table = report.table()
    assert "2: 2 kill" in table
    assert "VIOLATED" in table
    assert "full disk: mounting a small disk needs root" in table
    assert "lost complaint 000004: was confirmed and is in no queue" in table


def test_a_run_that_came_to_no_verdict_is_not_clean() -> None:
    assert not Report(7, 1, "", 4).clean
    assert "did not come to one" in Report(7, 1, "", 4).table()
