"""A bot by long polling and by webhook, and its letters, against the stand-in."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.contract import Deployment, Unclear
from channels.telegram import CHANNEL
from channels.telegram.adapter import build_door, build_sources
from channels.telegram.reply import TelegramReplier, build_replier
from channels.telegram.settings import TelegramSettings
from schemas.errors import Refused, Unavailable
from schemas.message import Address, ReplyRoute
from tests.integration import sources
from tests.integration.doors import DoorServer, letter, plan_fault
from tests.integration.findings import findings
from tests.integration.sandbox.processes import StandIn
from tests.integration.sources import Reader

TOKEN = "8001:token-for-tests"
HOUSE = Deployment("https://gateway.example", "Example", b"secret")
ADA = {"id": 3001, "is_bot": False, "first_name": "Ada", "username": "ada", "language_code": "en"}
CHAT = {"id": 3001, "type": "private"}
ROUTE = ReplyRoute(channel="telegram", address=Address(kind="account", value="3001"), thread="3001:41")


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[StandIn]:
    with StandIn("telegram", tmp_path, environment={"SANDBOX_TELEGRAM_TOKEN": TOKEN}) as running:
        yield running


def settings(telegram: StandIn, **more: object) -> TelegramSettings:
    given = {"bot_token": TOKEN, "api_base": telegram.url, "poll_seconds": 1, "timeout_seconds": 1, **more}
    return TelegramSettings.model_validate(given)


def polling(telegram: StandIn, position: str | None) -> AbstractAsyncContextManager[Reader]:
    (source,) = build_sources(settings(telegram), HOUSE)
    return sources.reading(CHANNEL, source, position)


def replying(telegram: StandIn, **more: object) -> AbstractAsyncContextManager[TelegramReplier]:
    return aclosing(build_replier(settings(telegram, **more), HOUSE))


def say(telegram: StandIn, text: str, number: int = 41, **more: object) -> Any:
    message = {"message_id": number, "from": ADA, "chat": CHAT, "date": 1772359200, "text": text, **more}
    return httpx.post(f"{telegram.url}/_sandbox/updates", json={"message": message}).json()


def sent(telegram: StandIn) -> list[Any]:
    return list(httpx.get(f"{telegram.url}/_sandbox/messages").json())


@pytest.mark.asyncio
async def test_a_complaint_is_polled_and_answered(telegram: StandIn) -> None:
    async with polling(telegram, "0") as reader:
        say(telegram, "No hot water.")
        (message,) = await reader.messages(1)
    assert message.text == "No hot water."
    assert message.reply is not None
    async with replying(telegram) as replier:
        await replier.reply(letter(message.reply))
    (answer,) = sent(telegram)
    assert answer["text"] == letter(ROUTE).text
    assert answer["reply_parameters"]["message_id"] == 41


@pytest.mark.asyncio
async def test_many_updates_come_once_and_in_order(telegram: StandIn) -> None:
    for number in range(130):
        say(telegram, f"number {number}", number + 1)
    async with polling(telegram, "0") as reader:
        found = await reader.messages(130)
        assert [message.text for message in found] == [f"number {number}" for number in range(130)]
        assert len(reader.collected) == 130


@pytest.mark.asyncio
async def test_what_is_not_durable_is_given_again_after_a_restart(telegram: StandIn) -> None:
    say(telegram, "one", 1)
    say(telegram, "two", 2)
    (source,) = build_sources(settings(telegram), HOUSE)
    async with aclosing(source):
        async for _ in source.receive("0"):
            break
    async with polling(telegram, "1") as reader:
        (message,) = await reader.messages(1)
    assert message.text == "two"


@pytest.mark.asyncio
async def test_a_poll_that_hangs_up_is_unavailable(telegram: StandIn) -> None:
    async with polling(telegram, "0") as reader:
        await asyncio.sleep(0.2)
        telegram.kill9()
        with pytest.raises(Unavailable):
            await reader.failure()
        telegram.start()


@pytest.mark.asyncio
async def test_by_webhook_the_secret_opens_the_door(telegram: StandIn) -> None:
    secret = settings(telegram, secret_token="s3cret_token")
    assert build_sources(secret, HOUSE) == []
    with DoorServer(lambda _: build_door(secret, HOUSE)) as door:
        set_webhook(telegram, door, "s3cret_token")
        assert say(telegram, "No hot water.")["webhook"]["status"] == 200
        set_webhook(telegram, door, "another")
        assert say(telegram, "Let me in.")["webhook"]["status"] == 403
        (inbound,) = door.wait_for(1)
    assert CHANNEL.read(inbound.raw, inbound.facts)[0].message.text == "No hot water."
    (source,) = build_sources(settings(telegram), HOUSE)
    async with aclosing(source):
        with pytest.raises(Unavailable, match="webhook is set"):
            await anext(aiter(source.receive("0")))


def set_webhook(telegram: StandIn, door: DoorServer, secret: str) -> None:
    fields = {"url": f"{door.public_url}/in/telegram", "secret_token": secret}
    httpx.post(f"{telegram.url}/bot{TOKEN}/setWebhook", json=fields).raise_for_status()


@pytest.mark.asyncio
async def test_a_lost_answer_is_a_person_s_task(telegram: StandIn) -> None:
    plan_fault(telegram.url, hang_seconds=2, accept_first=True)
    async with replying(telegram) as replier:
        with pytest.raises(Unclear):
            await replier.reply(letter(ROUTE))
        with pytest.raises(Unclear):
            await replier.find(letter(ROUTE))
    assert len(sent(telegram)) == 1


@pytest.mark.asyncio
async def test_limits_and_refusals_are_told_apart(telegram: StandIn) -> None:
    plan_fault(telegram.url, status=429)
    async with replying(telegram) as replier:
        with pytest.raises(Unavailable) as raised:
            await replier.reply(letter(ROUTE))
        assert raised.value.retry_after == 1
        with pytest.raises(Refused, match="4096"):
            await replier.reply(letter(ROUTE, "x" * 4097))
        with pytest.raises(Refused):
            await replier.reply(letter(ROUTE.model_copy(update={"thread": "nobody:1"})))
    assert sent(telegram) == []


@pytest.mark.asyncio
async def test_the_token_is_in_no_error(telegram: StandIn) -> None:
    async with replying(telegram, bot_token="8001:wrong-token") as replier:
        with pytest.raises(Unavailable) as raised:
            await replier.reply(letter(ROUTE))
    assert "wrong-token" not in str(raised.value)


@pytest.mark.asyncio
async def test_the_doctor_is_told_who_we_are_and_what_to_mend(telegram: StandIn) -> None:
    assert [(one.ok, one.says) for one in await findings(CHANNEL, settings(telegram))] == [
        (True, "logged in as @bot"),
        (True, "are polled"),
    ]
    _, webhook = await findings(CHANNEL, settings(telegram, secret_token="s3cret_token"))
    assert not webhook.ok
    assert "setWebhook with url=https://gateway.example/in/telegram" in webhook.says
    (bad,) = await findings(CHANNEL, settings(telegram, bot_token="8001:wrong"))
    assert not bad.ok
    assert "CHANNEL_TELEGRAM_BOT_TOKEN" in bad.says
