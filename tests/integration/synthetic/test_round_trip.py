"""The house complains to itself by form and mail, the whole real way, and no number knows of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from pydantic import SecretStr

from deploy.local.kafka import LocalKafka
from deploy.local.ports import free_ports
from gateway import environment, topics
from gateway.bootstrap import Parts
from gateway.collecting import collect
from gateway.drifting import DriftWatch
from gateway.monitor_metrics import MonitorMetrics
from gateway.monitoring import Monitor
from gateway.probing import Prober
from gateway.projecting import case_view
from gateway.reconciling import reconcile
from gateway.secrets import check_fingerprint
from gateway.serving import serve
from gateway.settings import GatewaySettings
from gateway.working import work
from schemas import topics as house
from schemas.complaint import QueueEvent
from schemas.operations import Operations
from tests.integration.channels.post import post_office
from tests.integration.runtime.harness import read_all
from tests.patience import until
from workers.project.view import CaseView

PARTITIONS = 2
STAGES = ("normalise", "triage", "letters", "project")


@asynccontextmanager
async def living(
    bootstrap: str, folder: Path, settings: dict[str, str], stages: Sequence[str] = STAGES
) -> AsyncIterator[Parts]:
    """Door, collector and stages at work, until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        (port,) = free_ports(1)
        own = {
            "GATEWAY_DATA_DIR": str(folder), "GATEWAY_KAFKA_BOOTSTRAP": bootstrap, "GATEWAY_HTTP_PORT": str(port),
            "GATEWAY_PARTITIONS": str(PARTITIONS), "GATEWAY_SYNTHETIC_CHANNELS": "webform, mail",
            "GATEWAY_SYNTHETIC_EVERY_SECONDS": "3600",
        }  # fmt: skip
        for name, value in {**own, **settings}.items():
            patch.setenv(name, value)
        parts = Parts(environment.read(GatewaySettings))
        await topics.apply(parts.cluster, parts.topics())
        await check_fingerprint(parts.cluster, parts.secret)
        stop, ready = asyncio.Event(), set[str]()
        roles = [
            asyncio.create_task(serve(parts, stop, lambda _: ready.add("serve"))),
            asyncio.create_task(collect(parts, stop, lambda _: ready.add("collect"))),
            asyncio.create_task(work(parts, stages, stop, ready.add)),
        ]

        def at_work() -> bool:
            for role in roles:
                if role.done():
                    role.result()
            return {"serve", "collect", *stages} <= ready

        try:
            await until(at_work, 30, "everything at work")
            yield parts
        finally:
            stop.set()
            await asyncio.gather(*roles)


async def answered(watching: Monitor) -> Operations:
    """The picture once every channel has had its answer."""
    pictures: list[Operations] = []

    async def look() -> bool:
        pictures.append(await watching.take())
        told = pictures[-1].synthetic
        return bool(told) and all(one.answered_at and not one.unanswered_seconds for one in told)

    await until(look, 40, "an answer on each channel")
    return pictures[-1]


async def settled(watching: Monitor) -> Operations:
    """The picture once the groups have told how far they are: until then their last records count as lag."""
    pictures: list[Operations] = []

    async def look() -> bool:
        pictures.append(await watching.take())
        return not pictures[-1].waiting

    await until(look, 10, "nobody to wait")
    return pictures[-1]


async def events_of(parts: Parts, topic: str) -> list[Any]:
    return list(await read_all(parts.cluster, topic, PARTITIONS))


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_form_and_mail_come_back_and_nobody_counts_them(tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka, post_office(tmp_path) as post:
        async with living(kafka.bootstrap, tmp_path / "data", post.settings) as parts:
            view = case_view(parts)
            watching = Monitor(parts, view)
            beside = watching.beside(Prober(parts, view), DriftWatch(parts, view))
            try:
                picture = await answered(watching)
                _told_well(picture)
                await _in_no_number(parts, view, await settled(watching))
            finally:
                for one in beside:
                    one.cancel()
                await asyncio.wait(beside)
                await watching.close()
                await view.aclose()
            await _its_letters_stayed_here(parts, tmp_path)


@pytest.mark.asyncio
@pytest.mark.timeout(300)
async def test_where_it_got_stuck_is_said(tmp_path: Path) -> None:
    """Nobody writes letters: the complaint is in its queue, and the monitor says what people would feel."""
    settings = {"GATEWAY_SYNTHETIC_CHANNELS": "webform", "GATEWAY_SYNTHETIC_PATIENCE_SECONDS": "1"}
    with LocalKafka(tmp_path / "kafka") as kafka:
        stages = [name for name in STAGES if name != "letters"]
        async with living(kafka.bootstrap, tmp_path / "data", settings, stages) as parts:
            view = case_view(parts)
            prober = Prober(parts, view)
            running = asyncio.create_task(prober.run())
            try:
                stuck = "by webform has had no answer for 0 min: it is in its queue, but has no letter"
                await until(lambda: any(stuck in note for note in prober.notes()), 30, "the note")
                assert prober.states()[0].answered_at is None
            finally:
                running.cancel()
                await asyncio.wait([running])
                await view.aclose()


@pytest.mark.asyncio
@pytest.mark.timeout(180)
async def test_none_is_sent_into_a_house_without_their_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older house that was not given the topic yet: triage would stand still before such a complaint."""
    monkeypatch.setenv("GATEWAY_SYNTHETIC_CHANNELS", "webform")
    with LocalKafka(tmp_path / "kafka") as kafka:
        (port,) = free_ports(1)
        settings = GatewaySettings(
            data_dir=tmp_path, kafka_bootstrap=kafka.bootstrap, http_port=port, secret=SecretStr("s" * 32)
        )
        parts = Parts(settings)
        older = [spec for spec in parts.topics() if spec.topic is not house.SYNTHETIC]
        await topics.apply(parts.cluster, older)
        view = case_view(parts)
        prober = Prober(parts, view)
        running = asyncio.create_task(prober.run())
        try:
            await until(
                lambda: any("gateway topics apply" in note for note in prober.notes()), 20, "the cure"
            )
            assert [one.unanswered_seconds for one in prober.states()] == [0.0]
            await topics.apply(parts.cluster, parts.topics())
            await until(lambda: prober.states()[0].unanswered_seconds, 20, "one on its way")
            assert prober.notes() == []
        finally:
            running.cancel()
            await asyncio.wait([running])
            await view.aclose()


def _told_well(picture: Operations) -> None:
    assert {one.channel for one in picture.synthetic} == {"webform", "mail"}
    for one in picture.synthetic:
        assert one.queue_seconds is not None
        assert one.round_trip_seconds is not None
        assert 0 < one.queue_seconds <= one.round_trip_seconds < 120
    metrics = MonitorMetrics()
    metrics.show(picture, ())
    text = generate_latest(metrics.registry).decode()
    assert 'gateway_synthetic_round_trip_seconds{channel="mail"}' in text
    assert 'gateway_synthetic_unanswered_seconds{channel="webform"} 0.0' in text


async def _in_no_number(parts: Parts, view: CaseView, picture: Operations) -> None:
    queued = [QueueEvent.from_bytes(one.value) for one in await events_of(parts, house.SYNTHETIC.name)]
    assert {(one.type, one.channel, one.queue) for one in queued} == {
        ("complaint.opened", "webform", "synthetic"),
        ("complaint.opened", "mail", "synthetic"),
    }
    for name in parts.rules.queues:
        assert await events_of(parts, house.queue(name).name) == []
    assert (picture.waiting, picture.received_today, picture.acknowledged_today) == (0, 0, 0)
    assert (await view.counts())["received"] == 0
    assert await read_all(parts.cluster, house.INSIGHT_FEED.name, 1) == []
    account = await reconcile(parts, None, None, lambda topic, done, total: None)
    assert account.agrees, account.differences
    assert account.synthetic == 2
    assert sum(account.outcomes.values()) == account.messages == 2


async def _its_letters_stayed_here(parts: Parts, folder: Path) -> None:
    ledger = [
        one.value for one in await events_of(parts, house.LETTERS_LEDGER.name) if b"provider_id" in one.value
    ]
    accepted = [value for value in ledger if b'"state":"accepted"' in value]
    assert len(accepted) == 2
    assert all(b'"provider_id":"sink.' in value for value in accepted)
    gone = folder / "sent-away.jsonl"
    assert not gone.exists() or gone.read_text() == ""
