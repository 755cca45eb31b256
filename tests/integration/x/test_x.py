"""X by webhook and by polling, and its letters, against the stand-in."""

from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.contract import Deployment, Unclear
from channels.x import CHANNEL
from channels.x.adapter import build_door, build_sources
from channels.x.reply import XReplier, build_replier
from channels.x.settings import XSettings
from schemas.errors import Refused, Unavailable
from schemas.message import Address, ReplyRoute
from tests.integration import sources
from tests.integration.doors import DoorServer, after_doubt, letter, plan_fault
from tests.integration.findings import findings
from tests.integration.sandbox.processes import StandIn
from tests.integration.sources import Reader

HOUSE = Deployment("https://gateway.example", "Example", b"secret")
KEYS = {"consumer_key": "key", "consumer_secret": "secret", "access_token": "42-token"}
PUBLIC = ReplyRoute(
    channel="x", account="42", address=Address(kind="account", value="7"), visibility="public"
)
DIRECT = PUBLIC.model_copy(update={"visibility": "private"})


@pytest.fixture
def door() -> Iterator[DoorServer]:
    with DoorServer(
        lambda _: build_door(XSettings.model_validate({**KEYS, "user_id": "42"}), HOUSE)
    ) as server:
        yield server


@pytest.fixture
def x(tmp_path: Path, door: DoorServer) -> Iterator[StandIn]:
    account = {f"SANDBOX_X_{name.upper()}": value for name, value in KEYS.items()}
    with StandIn("x", tmp_path, "--webhook-url", f"{door.public_url}/in", environment=account) as running:
        yield running


def settings(x: StandIn, **more: object) -> XSettings:
    given = {**KEYS, "access_token_secret": "s", "user_id": "42", "api_base": x.url, "timeout_seconds": 1}
    return XSettings.model_validate({**given, "poll_seconds": 0.2, **more})


def reading(x: StandIn, position: str | None = None) -> AbstractAsyncContextManager[Reader]:
    (source,) = build_sources(settings(x), HOUSE)
    return sources.reading(CHANNEL, source, position)


def replying(x: StandIn, **more: object) -> AbstractAsyncContextManager[XReplier]:
    return aclosing(build_replier(settings(x, **more), HOUSE))


def say(x: StandIn, text: str, **more: object) -> Any:
    return httpx.post(f"{x.url}/_sandbox/say", json={"from": "7", "text": text, "name": "ada", **more}).json()


def ours(x: StandIn) -> list[Any]:
    return [one for one in httpx.get(f"{x.url}/_sandbox/messages").json() if one["author"] == "42"]


def test_the_challenge_is_answered(x: StandIn) -> None:
    assert httpx.post(f"{x.url}/_sandbox/challenge").json() == {"status": 200, "right": True}


@pytest.mark.asyncio
@pytest.mark.parametrize("direct", [False, True])
async def test_a_complaint_by_webhook_is_answered(x: StandIn, door: DoorServer, direct: bool) -> None:
    assert say(x, "@we cold & late", direct=direct)["webhook"]["status"] == 200
    (inbound,) = door.wait_for(1)
    message = CHANNEL.read(inbound.raw, inbound.facts)[0].message
    assert message.text == "@we cold & late"
    assert message.reply is not None
    async with replying(x) as replier:
        sent = await replier.reply(letter(message.reply))
    (answer,) = ours(x)
    assert answer["id"] == sent.provider_id
    assert (answer["to"], answer["answers"]) == (("7", "") if direct else ("", message.message_id))


@pytest.mark.asyncio
async def test_polling_reads_both_kinds_once_and_goes_on_after_a_restart(x: StandIn) -> None:
    say(x, "@we before the first start")
    async with reading(x) as reader:
        for number in range(25):
            say(x, f"@we number {number}")
            say(x, f"direct {number}", direct=True)
        texts = {message.text for message in await reader.messages(50)}
        position = reader.position
    assert texts == {f"@we number {n}" for n in range(25)} | {f"direct {n}" for n in range(25)}
    say(x, "@we while away")
    async with reading(x, position) as again:
        (message,) = await again.messages(1)
    assert message.text == "@we while away"


@pytest.mark.asyncio
@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("route", [PUBLIC, DIRECT], ids=["public", "direct"])
async def test_a_lost_answer_makes_one_letter(x: StandIn, route: ReplyRoute, accepted: bool) -> None:
    thread = route.model_copy(update={"thread": say(x, "@we hello?")["id"]})
    plan_fault(x.url, hang_seconds=2, accept_first=accepted, method="POST", path="/2/")
    async with replying(x) as replier:
        with pytest.raises(Unclear):
            await replier.reply(letter(thread))
        assert (await replier.find(letter(thread)) is not None) == accepted
        sent = await after_doubt(replier, letter(thread))
    assert [one["id"] for one in ours(x)] == [sent.provider_id]


@pytest.mark.asyncio
async def test_limits_refusals_and_wrong_keys_are_told_apart(x: StandIn) -> None:
    plan_fault(x.url, status=429)
    async with replying(x) as replier:
        with pytest.raises(Unavailable):
            await replier.reply(letter(PUBLIC))
        with pytest.raises(Refused, match="280"):
            await replier.reply(letter(PUBLIC, "ж" * 281))
    async with replying(x, access_token="another") as replier:
        with pytest.raises(Unavailable):
            await replier.reply(letter(PUBLIC))
    assert ours(x) == []


@pytest.mark.asyncio
async def test_the_doctor_is_told_who_we_are_and_what_to_mend(x: StandIn) -> None:
    (good,) = await findings(CHANNEL, settings(x))
    assert (good.ok, good.says) == (True, "logged in as @we")
    (other,) = await findings(CHANNEL, settings(x, user_id="43"))
    assert (other.ok, other.says) == (False, "set CHANNEL_X_USER_ID to 42")
    (bad,) = await findings(CHANNEL, settings(x, access_token="another"))
    assert not bad.ok
