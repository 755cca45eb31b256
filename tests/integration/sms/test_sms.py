"""A customer's SMS through the stand-in to our door, and the letter back through Twilio's library."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from channels.contract import Deployment, Unclear
from channels.sms import CHANNEL
from channels.sms.adapter import build_door
from channels.sms.reply import SmsReplier, build_replier
from channels.sms.settings import SmsSettings
from schemas.errors import Refused, Unavailable
from schemas.message import Address, Message, ReplyRoute
from tests.integration.doors import DoorServer, after_doubt, letter, plan_fault
from tests.integration.sandbox.processes import StandIn

SID, TOKEN = "AC" + "2" * 32, "token-for-tests"
OURS, CUSTOMER = "+15005550006", "+491701234567"


def settings(**more: object) -> SmsSettings:
    return SmsSettings.model_validate({"account_sid": SID, "auth_token": TOKEN, "from_number": OURS, **more})


def deployment(public_url: str) -> Deployment:
    return Deployment(public_url, "Example", b"secret")


@pytest.fixture
def door() -> Iterator[DoorServer]:
    with DoorServer(lambda url: build_door(settings(), deployment(url))) as server:
        yield server


@pytest.fixture
def twilio(tmp_path: Path, door: DoorServer) -> Iterator[StandIn]:
    account = {"SANDBOX_TWILIO_ACCOUNT_SID": SID, "SANDBOX_TWILIO_AUTH_TOKEN": TOKEN}
    with StandIn(
        "twilio", tmp_path, "--webhook-url", f"{door.public_url}/in", environment=account
    ) as running:
        yield running


@pytest_asyncio.fixture
async def replier(twilio: StandIn, door: DoorServer) -> AsyncIterator[SmsReplier]:
    replier = build_replier(settings(api_base=twilio.url, timeout_seconds=1), deployment(door.public_url))
    yield replier
    await replier.aclose()


def write(twilio: StandIn, body: str, **more: object) -> httpx.Response:
    return httpx.post(f"{twilio.url}/_sandbox/sms", json={"from": CUSTOMER, "body": body, **more})


def message(door: DoorServer, place: int = 0) -> Message:
    inbound = door.wait_for(place + 1)[place]
    (reading,) = CHANNEL.read(inbound.raw, inbound.facts)
    return reading.message


def received(twilio: StandIn) -> list[dict[str, str]]:
    found: list[dict[str, str]] = httpx.get(f"{twilio.url}/_sandbox/messages", params={"to": CUSTOMER}).json()
    return found


ROUTE = ReplyRoute(
    channel="sms", account=OURS, address=Address(kind="phone", value=CUSTOMER), handle=CUSTOMER
)


@pytest.mark.asyncio
async def test_a_complaint_comes_in_and_its_letter_and_receipts_go_round(
    twilio: StandIn, door: DoorServer, replier: SmsReplier
) -> None:
    answer = write(twilio, "Der Zug fiel aus – schon wieder! 😠").json()
    assert answer["webhook"]["status"] == 200
    complaint = message(door)
    assert complaint.text == "Der Zug fiel aus – schon wieder! 😠"
    assert complaint.message_id == answer["sid"]
    assert complaint.reply is not None
    sent = await replier.reply(letter(complaint.reply))
    assert [one["body"] for one in received(twilio)] == [letter(ROUTE).text]
    door.wait_for(4)
    receipts = [message(door, place).receipt for place in (1, 2, 3)]
    assert [one.state for one in receipts if one] == ["accepted", "accepted", "delivered"]
    assert {(one.letter, one.key, one.provider_id) for one in receipts if one} == {
        (letter(ROUTE).letter_id, letter(ROUTE).key, sent.provider_id)
    }


def test_pictures_come_by_reference(twilio: StandIn, door: DoorServer) -> None:
    write(twilio, "Look", media=[{"content_type": "image/png", "data": "AAAA"}])
    (media,) = message(door).media
    assert media.media_type == "image/png"
    assert media.url.startswith("http")


def test_another_account_s_webhook_is_refused(tmp_path: Path, door: DoorServer) -> None:
    account = {"SANDBOX_TWILIO_ACCOUNT_SID": SID, "SANDBOX_TWILIO_AUTH_TOKEN": "another"}
    url = f"{door.public_url}/in"
    with StandIn("twilio", tmp_path, "--webhook-url", url, environment=account) as foreign:
        assert write(foreign, "Let me in").json()["webhook"]["status"] == 403
    assert door.inbounds == []


@pytest.mark.asyncio
async def test_somebody_who_opted_out_gets_nothing(
    twilio: StandIn, door: DoorServer, replier: SmsReplier
) -> None:
    write(twilio, "STOP")
    assert message(door).flags.opt_out
    with pytest.raises(Refused) as raised:
        await replier.reply(letter(ROUTE))
    assert raised.value.code == "21610"


@pytest.mark.asyncio
async def test_a_number_that_cannot_be_is_refused_with_twilio_s_code(replier: SmsReplier) -> None:
    route = ROUTE.model_copy(update={"address": Address(kind="phone", value="12"), "handle": "12"})
    with pytest.raises(Refused) as raised:
        await replier.reply(letter(route))
    assert raised.value.code == "21211"


@pytest.mark.asyncio
async def test_a_letter_of_too_many_segments_is_not_sent(twilio: StandIn, replier: SmsReplier) -> None:
    with pytest.raises(Refused, match="MOST_SEGMENTS"):
        await replier.reply(letter(ROUTE, "ж" * 500))
    assert received(twilio) == []


@pytest.mark.asyncio
async def test_a_rate_limit_is_tried_again(twilio: StandIn, replier: SmsReplier) -> None:
    plan_fault(twilio.url, status=429)
    with pytest.raises(Unavailable):
        await replier.reply(letter(ROUTE))
    await replier.reply(letter(ROUTE))
    assert len(received(twilio)) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("accepted", [True, False])
async def test_a_lost_answer_makes_one_letter(twilio: StandIn, replier: SmsReplier, accepted: bool) -> None:
    plan_fault(twilio.url, hang_seconds=2, accept_first=accepted, method="POST")
    with pytest.raises(Unclear):
        await replier.reply(letter(ROUTE))
    assert (await replier.find(letter(ROUTE)) is not None) == accepted
    sent = await after_doubt(replier, letter(ROUTE))
    assert [one["sid"] for one in received(twilio)] == [sent.provider_id]


@pytest.mark.asyncio
async def test_after_a_crash_the_letter_is_found(
    twilio: StandIn, replier: SmsReplier, door: DoorServer
) -> None:
    sent = await replier.reply(letter(ROUTE))
    twilio.kill9()
    with pytest.raises(Unavailable):
        await replier.find(letter(ROUTE))
    twilio.start()
    another = build_replier(settings(api_base=twilio.url), deployment(door.public_url))
    found = await another.find(letter(ROUTE))
    assert found is not None
    assert found.provider_id == sent.provider_id
    assert await another.find(letter(ROUTE, "Another letter")) is None
    await another.aclose()
