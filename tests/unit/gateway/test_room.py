"""Room on the disks is told early, and a local Kafka is not started where it could not live."""

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from gateway import room
from gateway.bootstrap import Parts
from gateway.cli import cli
from gateway.doctor import _disk
from gateway.monitor_metrics import MonitorMetrics
from gateway.picture import Facts, picture
from gateway.settings import GatewaySettings
from schemas.errors import Unavailable


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    (tmp_path / "kafka").mkdir()
    return Parts(GatewaySettings(data_dir=tmp_path))


def leave(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(1 << 40, (1 << 40) - size, size))


@pytest.mark.parametrize("size", [0, 300 << 20, room.SCARCE_BYTES - 1])
def test_doctor_names_the_folders_the_bound_and_the_cure(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    leave(monkeypatch, size)
    found = _disk(parts)
    assert not found.ok
    for word in (str(parts.settings.data_dir), "kafka", room.in_words(size), "2 GiB", "GATEWAY_DATA_DIR"):
        assert word in found.says


def test_doctor_is_content_from_the_bound_on(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(monkeypatch, room.SCARCE_BYTES)
    found = _disk(parts)
    assert found.ok
    assert "free for kafka" in found.says


def test_places_that_are_not_there_yet_are_judged_by_where_they_will_be(tmp_path: Path) -> None:
    settings = GatewaySettings(data_dir=tmp_path / "a" / "b", blob_dir=tmp_path / "blobs")
    assert room.free(settings).keys() == {"data", "blobs"}


@pytest.mark.parametrize(
    ("size", "starts"), [(0, False), (room.LEAST_BYTES - 1, False), (room.LEAST_BYTES, True)]
)
def test_the_floor_of_a_local_kafka(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, starts: bool
) -> None:
    leave(monkeypatch, size)
    if starts:
        room.check_start(tmp_path / "kafka")
        return
    with pytest.raises(Unavailable, match=r"512 MiB.*GATEWAY_DATA_DIR"):
        room.check_start(tmp_path / "kafka")


def test_up_refuses_with_a_sentence_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(monkeypatch, 100 << 20)
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GATEWAY_KAFKA_BOOTSTRAP", "")
    said = CliRunner().invoke(cli, ["up"])
    assert isinstance(said.exception, Unavailable)
    assert not (tmp_path / "run.json").exists()


def test_the_monitor_tells_prometheus(tmp_path: Path) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    metrics = MonitorMetrics()
    metrics.show(picture(Facts(free_bytes={"data": 5, "kafka": 7}), now, tmp_path), ())
    assert metrics.registry.get_sample_value("gateway_disk_free_bytes", {"place": "kafka"}) == 7
    metrics.show(picture(Facts(free_bytes={"data": 5}), now, tmp_path), ())
    assert metrics.registry.get_sample_value("gateway_disk_free_bytes", {"place": "kafka"}) is None


def test_the_alert_has_the_bound_of_the_doctor() -> None:
    assert (
        f"gateway_disk_free_bytes) < {room.SCARCE_BYTES}\n"
        in Path("deploy/alerts/complaints.yaml").read_text()
    )
