"""The whole door on a real broker: form and signed webhook in, and what an attacker gets for his trouble."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from twilio.request_validator import RequestValidator

from channels import sms, webform
from channels.contract import Deployment, load
from deploy.local.kafka import LocalKafka
from gateway.front import Front, FrontOptions
from gateway.http import create_app
from gateway.metrics import FrontMetrics
from schemas import identity
from tests.integration.front.conftest import Taken, deliveries, new_intake
from tests.unit.front.conftest import Cases, Quiet
from workers.storage.blobs import BlobStore

PUBLIC = "https://complaints.example.org"
SECRET = b"integration-secret-of-the-tests!"
TOKEN = "auth-token-of-the-tests"
FORM = {
    "MessageSid": "SM1",
    "AccountSid": "AC1",
    "From": "+442079460018",
    "To": "+15005550006",
    "Body": "No water",
}


@pytest_asyncio.fixture
async def door(
    kafka: LocalKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Starlette]:
    """The application with the real SMS door, on an intake of its own."""
    for name, value in {"ACCOUNT_SID": "AC1", "AUTH_TOKEN": TOKEN, "FROM_NUMBER": "+15005550006"}.items():
        monkeypatch.setenv(f"CHANNEL_SMS_{name}", value)
    settings = load(sms.CHANNEL.settings)()
    deployment = Deployment(PUBLIC, "Riverside", SECRET)
    intake = new_intake(kafka, tmp_path, "door")
    await intake.start()
    front = Front(
        options=FrontOptions(PUBLIC, "Riverside", SECRET),
        intake=intake,
        doors={"sms": load(sms.CHANNEL.door)(settings, deployment)},
        blobs=BlobStore(tmp_path / "blobs"),
        view=Cases(),
        operations=Quiet(),
        metrics=FrontMetrics(),
        clock=lambda: datetime.now(UTC),
    )
    yield create_app(front)
    await intake.stop()


def client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://10.0.0.7:8080")


def signed(form: dict[str, str], token: str = TOKEN, url: str = f"{PUBLIC}/in/sms") -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


def identities(found: list[Taken]) -> set[str]:
    channel = sms.CHANNEL
    return {
        identity.message_identity(
            channel.name, channel.identity_parts(one.raw, reading.message, one.delivery.facts)
        )
        for one in found
        for reading in channel.read(one.raw, one.delivery.facts)
    }


async def taken(kafka: LocalKafka, channel: str) -> list[Taken]:
    return [one for one in await deliveries(kafka) if one.delivery.channel == channel]


@pytest.mark.asyncio
async def test_forged_webhooks_produce_nothing(door: Starlette, kafka: LocalKafka) -> None:
    before = len(await deliveries(kafka))
    wrong: list[dict[str, Any]] = [
        {},
        {"X-Twilio-Signature": "AAAA"},
        signed(FORM, token="another account"),
        signed(FORM, url="http://10.0.0.7:8080/in/sms"),
        signed(FORM, url="https://evil.example/in/sms")
        | {
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "Forwarded": "host=evil.example",
        },
        signed(FORM | {"Body": "something else"}),
    ]
    async with client(door) as asking:
        answers = [await asking.post("/in/sms", data=FORM, headers=headers) for headers in wrong]
    assert {answer.status_code for answer in answers} == {403}
    assert len(await deliveries(kafka)) == before


@pytest.mark.asyncio
async def test_a_signed_request_replayed_is_one_message(door: Starlette, kafka: LocalKafka) -> None:
    async with client(door) as asking:
        for _ in range(20):
            sending = [asking.post("/in/sms", data=FORM, headers=signed(FORM)) for _ in range(50)]
            assert {answer.status_code for answer in await asyncio.gather(*sending)} == {200}
    found = await taken(kafka, "sms")
    assert len(found) == 1000
    assert len({one.delivery.delivery_id for one in found}) == 1000
    assert len(identities(found)) == 1


@pytest.mark.asyncio
async def test_the_form_is_durable_when_it_is_answered(door: Starlette, kafka: LocalKafka) -> None:
    async with client(door) as asking:
        body = {"description": "No water since Monday", "email": "anna@example.org"}
        files = [("attachments", ("bill.txt", b"12.50", "text/plain"))]
        answer = await asking.post("/complain", data=body, files=files)
    assert answer.status_code == 201
    (one,) = await taken(kafka, "webform")
    (reading,) = webform.CHANNEL.read(one.raw, one.delivery.facts)
    parts = webform.CHANNEL.identity_parts(one.raw, reading.message, one.delivery.facts)
    derived = identity.reference(SECRET, identity.message_identity("webform", parts))
    assert answer.json()["reference"] == derived
    assert [item.name for item in reading.message.attachments] == ["bill.txt"]
