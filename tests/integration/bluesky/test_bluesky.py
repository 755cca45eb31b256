"""A customer and our account on a stand-in server: posts, threads, direct messages, deletions, letters."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels.bluesky import CHANNEL
from channels.bluesky.adapter import build_sources
from channels.bluesky.reply import BlueskyReplier, build_replier
from channels.bluesky.settings import BlueskySettings
from channels.contract import Deployment, Unclear
from schemas.errors import Refused, Unavailable
from schemas.message import ReplyRoute
from tests.integration import sources
from tests.integration.doors import after_doubt, letter, plan_fault
from tests.integration.findings import findings
from tests.integration.sandbox.processes import StandIn
from tests.integration.sources import Reader

ACCOUNTS = '{"complaints": "pass-complaints", "anna": "pass-anna"}'
HOUSE = Deployment("https://gateway.example", "Example", b"secret")
MENTION = "@complaints.sandbox.example"


class Customer:
    """Anna, by the protocol itself."""

    def __init__(self, server: StandIn) -> None:
        self._http = httpx.Client(base_url=f"{server.url}/xrpc")
        login = {"identifier": "anna", "password": "pass-anna"}
        session = self._http.post("/com.atproto.server.createSession", json=login).json()
        self.did = session["did"]
        self._http.headers["Authorization"] = f"Bearer {session['accessJwt']}"

    def post(self, text: str) -> Any:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": datetime.now(UTC).isoformat()}
        return self._call("com.atproto.repo.createRecord", collection="app.bsky.feed.post", record=record)

    def delete(self, uri: str) -> None:
        key = uri.rpartition("/")[2]
        self._call("com.atproto.repo.deleteRecord", collection="app.bsky.feed.post", rkey=key)

    def write(self, text: str) -> None:
        self._http.headers["atproto-proxy"] = "did:web:api.bsky.chat#bsky_chat"
        self._call("chat.bsky.convo.sendMessage", convoId="anna-complaints", message={"text": text})

    def talk(self) -> list[str]:
        answer = self._http.get("/chat.bsky.convo.getMessages", params={"convoId": "anna-complaints"})
        return [message["text"] for message in answer.json()["messages"]]

    def _call(self, name: str, **body: object) -> Any:
        return self._http.post(f"/{name}", json={"repo": self.did, **body}).raise_for_status().json()

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    with StandIn("bluesky", tmp_path, environment={"SANDBOX_BLUESKY_ACCOUNTS": ACCOUNTS}) as running:
        yield running


@pytest.fixture
def anna(server: StandIn) -> Iterator[Customer]:
    customer = Customer(server)
    yield customer
    customer.close()


def settings(server: StandIn, **more: object) -> BlueskySettings:
    ours = {"handle": "complaints", "app_password": "pass-complaints", "service": server.url}
    return BlueskySettings.model_validate({**ours, "poll_seconds": 0.2, "timeout_seconds": 1, **more})


def reading(
    server: StandIn, position: str | None = None, **more: object
) -> AbstractAsyncContextManager[Reader]:
    (source,) = build_sources(settings(server, **more), HOUSE)
    return sources.reading(CHANNEL, source, position)


def replying(server: StandIn) -> AbstractAsyncContextManager[BlueskyReplier]:
    return aclosing(build_replier(settings(server), HOUSE))


def ours(server: StandIn) -> list[Any]:
    """Our posts."""
    every = httpx.get(f"{server.url}/_sandbox/messages").json()
    return [post for post in every if post["record"].get("reply")]


def expire_sessions(server: StandIn) -> None:
    httpx.delete(f"{server.url}/_sandbox/sessions").raise_for_status()


@pytest.mark.asyncio
async def test_a_mention_is_answered_in_its_thread(server: StandIn, anna: Customer) -> None:
    async with reading(server) as reader:
        post = anna.post(f"{MENTION} the app is down")
        (message,) = await reader.messages(1)
    assert message.text == f"{MENTION} the app is down"
    assert message.sender.value == anna.did
    assert message.reply is not None
    async with replying(server) as replier:
        sent = await replier.reply(letter(message.reply))
    (answer,) = ours(server)
    assert answer["uri"] == sent.provider_id
    assert answer["record"]["reply"]["parent"] == {"uri": post["uri"], "cid": post["cid"]}
    assert answer["record"]["reply"]["root"] == answer["record"]["reply"]["parent"]


@pytest.mark.asyncio
async def test_a_direct_message_is_answered_directly(server: StandIn, anna: Customer) -> None:
    async with reading(server) as reader:
        anna.write("My password leaked")
        (message,) = await reader.messages(1)
    assert message.text == "My password leaked"
    assert message.reply is not None
    async with replying(server) as replier:
        await replier.reply(letter(message.reply))
    assert anna.talk() == [letter(message.reply).text, "My password leaked"]
    assert ours(server) == []


@pytest.mark.asyncio
async def test_everything_comes_once_in_order_and_goes_on_after_a_restart(
    server: StandIn, anna: Customer
) -> None:
    anna.post(f"{MENTION} before the first start")
    async with reading(server) as reader:
        for number in range(60):
            anna.post(f"{MENTION} number {number}")
            await asyncio.sleep(0.002)
        found = await reader.messages(60)
        position = reader.position
    assert [message.text for message in found] == [f"{MENTION} number {number}" for number in range(60)]
    anna.post(f"{MENTION} while away")
    async with reading(server, position) as again:
        texts = [message.text for message in await again.messages(1)]
        while f"{MENTION} while away" not in texts:
            texts = [message.text for message in await again.messages(len(texts) + 1)]


@pytest.mark.asyncio
async def test_a_backfill_is_marked_as_old(server: StandIn, anna: Customer) -> None:
    anna.post(f"{MENTION} old")
    async with reading(server, backfill=True) as reader:
        await reader.messages(1)
        anna.post(f"{MENTION} new")
        await reader.messages(2)
        marks = [one.inbound.facts.get("backfill") for one in reader.collected]
    assert marks == ["1", None]


@pytest.mark.asyncio
async def test_a_deleted_complaint_is_noticed(server: StandIn, anna: Customer) -> None:
    async with reading(server, watch_seconds=0.3) as reader:
        post = anna.post(f"{MENTION} never mind")
        await reader.messages(1)
        anna.delete(post["uri"])
        _, gone = await reader.messages(2)
    assert (gone.kind, gone.target_id, gone.sender.value) == ("delete", post["uri"], anna.did)


@pytest.mark.asyncio
async def test_a_session_that_expired_is_renewed(server: StandIn, anna: Customer) -> None:
    async with reading(server) as reader:
        expire_sessions(server)
        again = Customer(server)
        again.post(f"{MENTION} hello")
        again.close()
        await reader.messages(1)


@pytest.mark.asyncio
@pytest.mark.parametrize("accepted", [True, False])
async def test_a_lost_answer_makes_one_post(server: StandIn, anna: Customer, accepted: bool) -> None:
    written = letter(route_to(anna))
    plan_fault(server.url, hang_seconds=2, accept_first=accepted, path="putRecord")
    async with replying(server) as replier:
        with pytest.raises(Unclear):
            await replier.reply(written)
        assert (await replier.find(written) is not None) == accepted
        sent = await after_doubt(replier, written)
    assert [post["uri"] for post in ours(server)] == [sent.provider_id]


@pytest.mark.asyncio
async def test_another_process_writes_the_same_post(server: StandIn, anna: Customer) -> None:
    written = letter(route_to(anna))
    async with replying(server) as one, replying(server) as other:
        first, second = await one.reply(written), await other.reply(written)
    assert first.provider_id == second.provider_id
    assert len(ours(server)) == 1


@pytest.mark.asyncio
async def test_refusals_and_wrong_passwords_are_told_apart(server: StandIn, anna: Customer) -> None:
    async with replying(server) as replier:
        with pytest.raises(Refused, match="300"):
            await replier.reply(letter(route_to(anna), "x" * 301))
    async with aclosing(build_replier(settings(server, app_password="wrong"), HOUSE)) as replier:
        with pytest.raises(Unavailable):
            await replier.reply(letter(route_to(anna)))


def route_to(anna: Customer) -> ReplyRoute:
    post = anna.post(f"{MENTION} hello?")
    references = [post["cid"], post["uri"], post["cid"]]
    return ReplyRoute(channel="bluesky", thread=post["uri"], references=references, visibility="public")


@pytest.mark.asyncio
async def test_the_doctor_is_told_who_we_are_and_what_to_mend(server: StandIn) -> None:
    good, direct = await findings(CHANNEL, settings(server))
    assert good.ok
    assert direct.ok
    assert "did:plc:" in good.says
    (bad,) = await findings(CHANNEL, settings(server, app_password="wrong"))
    assert not bad.ok
    assert "CHANNEL_BLUESKY_APP_PASSWORD" in bad.says
