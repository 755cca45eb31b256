"""A stage that stopped itself is told of at once, wherever somebody looks."""

import json
from datetime import UTC, datetime
from pathlib import Path

from gateway.monitor_metrics import MonitorMetrics
from gateway.picture import Facts, picture
from schemas.operations import Operations, StoppedStage
from workers.runtime.progress import ProgressFile
from workers.storage.blobs import BlobStore

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ALERTS = Path("deploy/alerts/complaints.yaml")


def stopped_picture(tmp_path: Path) -> Operations:
    folder = tmp_path / "work-normalise"
    folder.mkdir()
    ProgressFile(folder, "normalise", 1).state("stopped", "TooManyFaults: normalise fails for many people")
    ProgressFile(folder, "normalise", 0).state("running")
    return picture(Facts(), NOW, tmp_path)


def test_the_picture_and_the_metric_say_so(tmp_path: Path) -> None:
    taken = stopped_picture(tmp_path)
    assert [(one.stage, one.partition) for one in taken.stopped] == [("normalise", 1)]
    assert any("has stopped itself" in note for note in taken.notes)
    metrics = MonitorMetrics()
    metrics.show(taken, ())
    assert metrics.registry.get_sample_value("gateway_stage_stopped", {"stage": "normalise"}) == 1
    metrics.show(taken.model_copy(update={"stopped": []}), ())
    assert not metrics.registry.get_sample_value("gateway_stage_stopped", {"stage": "normalise"})


def test_the_alert_waits_for_nothing() -> None:
    text = ALERTS.read_text()
    rule = text[text.index("alert: StageStoppedItself") :].split("- alert:")[1 - 1]
    assert "gateway_stage_stopped" in rule
    assert "for:" not in rule


def test_what_is_stopped_is_read_by_older_and_newer_releases() -> None:
    said = Operations(at=NOW, stopped=[StoppedStage(stage="triage", partition=0, reason="x")])
    assert Operations.from_bytes(said.to_bytes()) == said
    assert json.loads(Operations(at=NOW).to_bytes())["stopped"] == []


def test_a_store_that_is_away_is_no_missing_blob(tmp_path: Path) -> None:
    import pytest

    from schemas.errors import Missing, Unavailable

    with pytest.raises(Unavailable) as away:
        BlobStore(tmp_path / "not mounted").get("0" * 64)
    assert not isinstance(away.value, Missing)
    with pytest.raises(Missing):
        BlobStore(tmp_path).get("0" * 64)
