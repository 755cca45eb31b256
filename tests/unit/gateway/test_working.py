"""When a worker counts as ready: what waits for that would otherwise wait for ever."""

from pathlib import Path

import pytest

from gateway.bootstrap import Parts
from gateway.settings import GatewaySettings
from gateway.working import _options
from workers.runtime.options import Status


@pytest.mark.parametrize("state, is_ready", [("opening", 0), ("running", 1), ("careful", 1), ("closed", 0)])
def test_a_worker_that_was_killed_twice_is_ready_again(tmp_path: Path, state: str, is_ready: int) -> None:
    ready: list[str] = []
    options = _options(Parts(GatewaySettings(data_dir=tmp_path)), "fetch", lambda: ready.append("fetch"))
    options.status(Status("fetch", 0, state))
    assert len(ready) == is_ready
