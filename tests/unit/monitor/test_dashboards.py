"""The dashboard and the alert rules speak of metrics that exist, in PromQL that parses, on a grid without overlaps."""

import json
import re
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

import deploy
from schemas import telemetry

HOME = Path(deploy.__file__).parent
DASHBOARD: dict[str, Any] = json.loads((HOME / "dashboards" / "operations.json").read_text(encoding="utf-8"))
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((HOME / "alerts" / "complaints.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [
    rule["expr"] for rule in RULES
]
KNOWN = {metric.name: metric for metric in telemetry.METRICS}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_parses_and_names_metrics_and_labels_that_exist(expression: str) -> None:
    promql_parser.parse(re.sub(r"\$__rate_interval", "5m", expression))
    used = set(re.findall(r"gateway_\w+", expression))
    assert used <= KNOWN.keys()
    labels = {label for metric in used for label in KNOWN[metric].labels}
    grouped = re.findall(r"(?:by|on) \(([^)]*)\)", expression)
    assert {label.strip() for names in grouped for label in names.split(",")} <= labels
    assert set(re.findall(r"[{,](\w+)[=!]", expression)) <= labels


def test_metrics_carry_their_unit_as_prometheus_asks() -> None:
    for metric in telemetry.METRICS:
        assert metric.name.endswith("_total") == (metric.kind == "counter"), metric.name
        assert metric.about.endswith(".")


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    places = [panel["gridPos"] for panel in PANELS]
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        apart = apart or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart, (one, other)


def test_people_come_first() -> None:
    first = min(PANELS, key=lambda panel: (panel["gridPos"]["y"], panel["gridPos"]["x"]))
    assert first["targets"][0]["expr"] == telemetry.LONGEST_WAITING.name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_says_what_happened_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert {"summary", "action"} <= rule["annotations"].keys()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool comes with Prometheus")
def test_alerts_fire_on_people_who_wait_and_on_nothing_else() -> None:
    asked = ["promtool", "test", "rules", str(HOME / "alerts" / "complaints_test.yaml")]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
