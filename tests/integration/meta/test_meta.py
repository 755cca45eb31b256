"""WhatsApp, Messenger and Instagram against the stand-in: challenge, signed webhooks, letters and receipts."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels import meta_history
from channels.contract import Channel, Deployment, Replier, Unclear, load
from channels.meta_history import MetaHistory
from channels.registry import BY_NAME
from schemas.errors import Refused, Unavailable
from schemas.message import Address, Message, ReplyRoute
from tests.integration.doors import DoorServer, after_doubt, letter, plan_fault
from tests.integration.findings import findings
from tests.integration.sandbox.processes import StandIn
from tests.integration.sources import reading

PLATFORMS = ("whatsapp", "messenger", "instagram")
SECRETS = {"app_secret": "app-secret", "verify_token": "verify-token", "access_token": "access-token"}
HOUSE = Deployment("https://gateway.example", "Example", b"secret")
PERSON = "491701234567"


@dataclass
class Meta:
    """One platform: the stand-in, our door, our replier's settings."""

    channel: Channel
    stand_in: StandIn
    door: DoorServer

    def settings(self, **more: object) -> Any:
        account = "phone_number_id" if self.channel.name == "whatsapp" else "account_id"
        given = {**SECRETS, account: "100200", "api_base": self.stand_in.url, "timeout_seconds": 1, **more}
        return load(self.channel.settings).model_validate(given)

    def replier(self, **more: object) -> AbstractAsyncContextManager[Replier]:
        return aclosing(load(self.channel.replier)(self.settings(**more), HOUSE))

    def write(self, text: str, **more: object) -> Any:
        said = {"from": PERSON, "text": text, "name": "Ada", **more}
        return httpx.post(f"{self.stand_in.url}/_sandbox/{self.channel.name}/messages", json=said).json()

    def message(self, place: int = 0) -> Message:
        inbound = self.door.wait_for(place + 1)[place]
        return self.channel.read(inbound.raw, inbound.facts)[0].message

    def sent(self) -> list[Any]:
        every = httpx.get(f"{self.stand_in.url}/_sandbox/messages").json()
        return [post for post in every if post["ours"]]

    def route(self, **more: object) -> ReplyRoute:
        address = Address(kind="account", value=PERSON)
        return ReplyRoute.model_validate(
            {"channel": self.channel.name, "account": "100200", "address": address, "handle": PERSON, **more}
        )


@pytest.fixture
def meta(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Meta]:
    channel = BY_NAME[request.param]
    settings = load(channel.settings).model_validate(SECRETS)
    account = {f"SANDBOX_META_{name.upper()}": value for name, value in SECRETS.items()}
    with DoorServer(lambda _: load(channel.door)(settings, HOUSE)) as door:
        url = f"{door.public_url}/in"
        with StandIn("meta", tmp_path, "--webhook-url", url, environment=account) as stand_in:
            yield Meta(channel, stand_in, door)


on_every_platform = pytest.mark.parametrize("meta", PLATFORMS, indirect=True)
on_whatsapp = pytest.mark.parametrize("meta", ["whatsapp"], indirect=True)
on_conversations = pytest.mark.parametrize("meta", ["messenger", "instagram"], indirect=True)


@on_every_platform
def test_the_challenge_is_answered(meta: Meta) -> None:
    url = f"{meta.stand_in.url}/_sandbox/{meta.channel.name}/challenge"
    assert httpx.post(url).json() == {"status": 200, "body": "word-to-repeat"}


@on_every_platform
@pytest.mark.asyncio
async def test_a_complaint_is_answered_and_its_receipt_finds_the_letter(meta: Meta) -> None:
    assert meta.write("The flat is cold.")["webhook"]["status"] == 200
    complaint = meta.message()
    assert complaint.text == "The flat is cold."
    assert complaint.reply is not None
    written = letter(complaint.reply)
    async with meta.replier() as replier:
        sent = await replier.reply(written)
    assert [(post["person"], post["text"]) for post in meta.sent()] == [(PERSON, written.text)]
    receipt = meta.message(1).receipt
    assert receipt is not None
    assert (receipt.letter, receipt.key) == (written.letter_id, written.key)
    assert receipt.provider_id == sent.provider_id


@on_every_platform
@pytest.mark.asyncio
async def test_a_rate_limit_is_tried_again_and_a_refusal_is_not(meta: Meta) -> None:
    nobody = meta.route(address=Address(kind="account", value="nobody"), handle="nobody")
    plan_fault(meta.stand_in.url, status=429)
    async with meta.replier() as replier:
        with pytest.raises(Unavailable):
            await replier.reply(letter(meta.route()))
        with pytest.raises(Refused):
            await replier.reply(letter(nobody))


@on_every_platform
@pytest.mark.asyncio
async def test_a_token_that_expired_is_tried_again(meta: Meta) -> None:
    async with meta.replier(access_token="old") as replier:
        with pytest.raises(Unavailable, match="190"):
            await replier.reply(letter(meta.route()))


@on_whatsapp
@pytest.mark.asyncio
async def test_whatsapp_does_not_send_twice_when_an_answer_is_lost(meta: Meta) -> None:
    plan_fault(meta.stand_in.url, hang_seconds=2, accept_first=True)
    async with meta.replier() as replier:
        with pytest.raises(Unclear):
            await replier.reply(letter(meta.route()))
        with pytest.raises(Unclear):
            await replier.find(letter(meta.route()))
    assert len(meta.sent()) == 1
    receipt = meta.message().receipt
    assert receipt is not None
    assert receipt.letter == letter(meta.route()).letter_id


@on_whatsapp
@pytest.mark.asyncio
async def test_whatsapp_writes_by_template_when_the_window_is_over(meta: Meta) -> None:
    late = meta.route(open_until=datetime.now(UTC) - timedelta(minutes=1))
    async with meta.replier() as replier:
        with pytest.raises(Refused, match="TEMPLATE"):
            await replier.reply(letter(late))
    async with meta.replier(template_name="complaint_received") as replier:
        await replier.reply(letter(late))
    (post,) = meta.sent()
    assert (post["template"], post["text"]) == ("complaint_received", "")


@on_conversations
@pytest.mark.asyncio
async def test_a_letter_after_the_window_needs_a_tag(meta: Meta) -> None:
    late = meta.route(open_until=datetime.now(UTC) - timedelta(minutes=1))
    async with meta.replier() as replier:
        with pytest.raises(Refused, match="LATE_TAG"):
            await replier.reply(letter(late))
    async with meta.replier(late_tag="HUMAN_AGENT") as replier:
        await replier.reply(letter(late))
    assert len(meta.sent()) == 1


@on_conversations
@pytest.mark.asyncio
@pytest.mark.parametrize("accepted", [True, False])
async def test_a_lost_answer_makes_one_letter(meta: Meta, accepted: bool) -> None:
    meta.write("Hello?")
    plan_fault(meta.stand_in.url, hang_seconds=2, accept_first=accepted, method="POST", path="/messages")
    async with meta.replier() as replier:
        with pytest.raises(Unclear):
            await replier.reply(letter(meta.route()))
        sent = await after_doubt(replier, letter(meta.route()))
    assert [post["id"] for post in meta.sent()] == [sent.provider_id]


@on_conversations
@pytest.mark.asyncio
async def test_a_comment_is_answered_under_it(meta: Meta) -> None:
    route = meta.route(visibility="public", thread="77_88")
    async with meta.replier() as replier:
        sent = await replier.reply(letter(route))
        found = await replier.find(letter(route))
        assert found is not None
        assert found.provider_id == sent.provider_id
        assert await replier.find(letter(route, "Another letter")) is None


@on_conversations
@pytest.mark.asyncio
async def test_what_the_webhook_omitted_is_found_in_the_conversation(
    meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meta_history, "GRACE", timedelta(0))
    (source,) = load(meta.channel.sources)(meta.settings(reconcile_seconds=0.2), HOUSE)
    assert isinstance(source, MetaHistory)
    async with reading(meta.channel, source) as reader:
        await asyncio.sleep(1.1)
        told = meta.write("With a webhook")
        omitted = meta.write("Without one", omit=True)
        found = await reader.messages(2)
    assert [message.text for message in found] == ["With a webhook", "Without one"]
    assert [message.message_id for message in found] == [told["id"], omitted["id"]]
    inbound = meta.door.wait_for(1)[0]
    webhook = meta.channel.read(inbound.raw, inbound.facts)[0].message
    same = [meta.channel.identity_parts(b"", message, {}) for message in (webhook, found[0])]
    assert same[0] == same[1]


@on_every_platform
@pytest.mark.asyncio
async def test_the_doctor_is_told_who_we_are_and_what_to_mend(meta: Meta) -> None:
    (good,) = await findings(meta.channel, meta.settings())
    assert good.ok
    assert f"https://gateway.example/in/{meta.channel.name}" in good.says
    (bad,) = await findings(meta.channel, meta.settings(access_token="old"))
    assert not bad.ok
    assert f"CHANNEL_{meta.channel.name.upper()}_ACCESS_TOKEN" in bad.says
