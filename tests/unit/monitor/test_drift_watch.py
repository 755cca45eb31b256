"""The newest cases beside the card of the pack in use: what is left out, what is said, what is shown."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from classifiers.drift import ENOUGH, Expected
from gateway.bootstrap import Parts
from gateway.doctor import examine
from gateway.drifting import DriftWatch, compared
from gateway.monitor_metrics import MonitorMetrics
from gateway.monitoring import FILE
from gateway.settings import GatewaySettings
from schemas.assessment import Assessment
from schemas.names import ChannelName
from schemas.operations import Operations
from tests.unit.project.told import NOON

EXPECTED = Expected("category-1", {}, 0.1, 0.9, 0.2)
CARD = {
    "head": "category", "version": "category-1", "abstained": 0.1, "confidence": 0.9, "unknown": 0.2,
    "unseen": {"labels": [{"label": "parcel", "texts": 1}]},
}  # fmt: skip


def said(**words: Any) -> Assessment:
    facts = {
        "kind": "complaint", "category": "parcel", "confidence": 0.9, "abstained": False, "priority": "normal",
        "severity": "low", "unknown": 0.2, "pack": "shop", "model": "category-1",
    }  # fmt: skip
    return Assessment.model_validate(facts | words)


class View:
    def __init__(self, assessed: Sequence[tuple[ChannelName, Assessment]]) -> None:
        self._assessed = assessed

    async def assessed(
        self, since: datetime, most: int, read: Callable[[Iterator[tuple[ChannelName, Assessment]]], Any]
    ) -> Any:
        return read(iter(self._assessed[:most]))


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    pack = tmp_path / "shop"
    pack.mkdir()
    (pack / "card.json").write_text(json.dumps([CARD]))
    (pack / "pack.yaml").write_text(
        json.dumps({"name": "shop", "version": "1", "languages": ["en"], "category_from": "model",
                    "categories": {"parcel": {"definition": "x"}}, "hazards": {}})
    )  # fmt: skip
    return Parts(GatewaySettings(data_dir=tmp_path, pack_dir=pack))


def test_each_channel_by_itself_and_only_this_pack_in_this_version() -> None:
    mixed: list[tuple[ChannelName, Assessment]] = [
        ("mail", said()), ("mail", said(abstained=True, confidence=0.5)), ("sms", said(unknown=0.6)),
        ("mail", said(pack="general")), ("mail", said(model="category-0")), ("x", said(kind="praise")),
    ]  # fmt: skip
    states = {state.channel: state for state in compared("shop", EXPECTED, mixed)}
    assert {name: state.texts for name, state in states.items()} == {"mail": 2, "sms": 1}
    assert (states["mail"].abstained, states["mail"].confidence) == (0.5, 0.7)
    assert states["sms"].unknown == 0.6
    assert states["mail"].labels == {"parcel": 2}


def test_when_it_has_moved_the_monitor_the_metric_and_the_doctor_say_so(parts: Parts) -> None:
    told: list[tuple[ChannelName, Assessment]] = [("sms", said(unknown=0.7)), ("mail", said())]
    watch = DriftWatch(parts, View(told * ENOUGH))
    asyncio.run(watch.look())
    (note,) = watch.notes
    assert note.startswith("the pack shop no longer fits what people write by sms: 70% of the words are new")
    assert "gateway train" in note
    picture = Operations(at=NOON, drift=watch.states)
    metrics = MonitorMetrics()
    metrics.show(picture, ())
    text = generate_latest(metrics.registry).decode()
    assert 'gateway_classifier_drifted{channel="sms",pack="shop"} 1.0' in text
    assert 'gateway_classifier_drifted{channel="mail",pack="shop"} 0.0' in text
    assert 'gateway_classifier_texts{category="parcel",channel="mail",pack="shop"} 200.0' in text
    (parts.settings.data_dir / FILE).write_bytes(picture.to_bytes())
    finding = asyncio.run(_finding(parts))
    assert (finding.ok, finding.says) == (False, note)


def test_what_was_measured_goes_when_it_is_measured_no_more(parts: Parts) -> None:
    metrics = MonitorMetrics()
    watch = DriftWatch(parts, View([("sms", said())]))
    asyncio.run(watch.look())
    metrics.show(Operations(at=NOON, drift=watch.states), ())
    metrics.show(Operations(at=NOON), ())
    assert "sms" not in generate_latest(metrics.registry).decode()


def test_a_pack_without_a_card_is_said_and_stops_nothing(parts: Parts) -> None:
    assert parts.settings.pack_dir is not None
    (parts.settings.pack_dir / "card.json").unlink()
    watch = DriftWatch(parts, View([]))
    asyncio.run(watch.look())
    assert (watch.states, "card cannot be read" in watch.notes[0]) == ([], True)


@pytest.mark.parametrize("pack", ["general", "finance", "health"])
def test_every_shipped_pack_has_a_card_that_can_be_compared(pack: str, tmp_path: Path) -> None:
    watch = DriftWatch(Parts(GatewaySettings(data_dir=tmp_path, pack=pack)), View([]))
    asyncio.run(watch.look())
    assert watch.notes == []


async def _finding(parts: Parts) -> Any:
    async for finding in examine(parts):
        if finding.what == "drift":
            return finding
    raise AssertionError("no finding about drift")
