"""Insight keeps its files in the data folder: the working directory may be anybody's, and read-only."""

from pathlib import Path

import pytest

from workers.insight.app import build
from workers.insight.rule import Thresholds
from workers.storage.kafka import Cluster


def test_nothing_is_written_into_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, data = tmp_path / "here", tmp_path / "data"
    here.mkdir()
    monkeypatch.chdir(here)
    app = build(Cluster("127.0.0.1:1"), Thresholds(), "one", data / "work" / "faust")
    app._create_directories()
    assert list(here.iterdir()) == []
    assert Path(app.conf.datadir) == data / "work" / "faust"
    assert (data / "work" / "faust").is_dir()
