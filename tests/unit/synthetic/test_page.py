"""The live page and `gateway lag` tell how the house's own complaints fare, and what the classifier says of late."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from gateway.cli import cli
from gateway.http import create_app
from gateway.monitoring import FILE
from schemas.operations import DriftState, Operations, StageState, SyntheticState
from tests.unit.front.conftest import AT, OPERATOR, PUBLIC, build

ANSWERED = SyntheticState(channel="webform", answered_at=AT, queue_seconds=0.25, round_trip_seconds=0.5)
MISSING = SyntheticState(channel="mail", unanswered_seconds=400)
MOVED = DriftState(
    pack="shop", channel="sms", texts=900, abstained=0.3, confidence=0.61, unknown=0.42, moved=["42% of the words"]
)  # fmt: skip
PICTURE = Operations(at=AT, synthetic=[ANSWERED, MISSING], drift=[MOVED])


class Busy:
    async def operations(self) -> Operations:
        return PICTURE


@pytest.mark.asyncio
async def test_the_live_page_shows_both(tmp_path: Path) -> None:
    app = create_app(replace(build(tmp_path).front, operations=Busy()))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        page = (await client.get("/console/", params={"fragment": "1"}, headers=OPERATOR)).text
        told = (await client.get("/console/operations", headers=OPERATOR)).json()
    for words in ("250 ms", "500 ms", "6 min", "not yet", "42 %", "30 %", "0.61", "42% of the words"):
        assert words in page
    assert [one["channel"] for one in told["synthetic"]] == ["webform", "mail"]


def test_lag_tells_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("gateway.cli.operations.FRESH", AT.max - AT.min)
    stage = StageState(name="triage", topic="intake.messages")
    (tmp_path / FILE).write_bytes(PICTURE.model_copy(update={"stages": [stage]}).to_bytes())
    said = CliRunner().invoke(cli, ["lag"]).stdout
    assert "by webform: in its queue after 0.2 s, answered after 0.5 s\n" in said
    assert "by mail: in its queue after -, answered after -, none for 6.7 min" in said
