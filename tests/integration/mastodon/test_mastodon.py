"""Customers with Mastodon.py, our source and replier at the other end, the stand-in between them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from mastodon import Mastodon

from channels.contract import Deployment, Unclear
from channels.mastodon import CHANNEL
from channels.mastodon.adapter import build_sources
from channels.mastodon.reply import MastodonReplier, build_replier
from channels.mastodon.settings import MastodonSettings
from schemas.errors import Refused, Unavailable
from schemas.message import ReplyRoute
from tests.integration import sources
from tests.integration.doors import after_doubt, letter, plan_fault
from tests.integration.sandbox.processes import StandIn
from tests.integration.sources import Reader

ACCOUNTS = '{"complaints": "token-complaints", "anna": "token-anna", "boris": "token-boris"}'
HOUSE = Deployment("https://gateway.example", "Example", b"secret")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    account = {"SANDBOX_MASTODON_ACCOUNTS": ACCOUNTS, "SANDBOX_MASTODON_HEARTBEAT_SECONDS": "0.5"}
    with StandIn("mastodon", tmp_path, environment=account) as running:
        yield running


@pytest.fixture
def anna(server: StandIn) -> Any:
    return Mastodon(
        access_token="token-anna",
        api_base_url=server.url,
        version_check_mode="none",
        ratelimit_method="throw",
    )


def settings(server: StandIn, **more: object) -> MastodonSettings:
    ours = {"base_url": server.url, "access_token": "token-complaints", "poll_seconds": 0.3}
    return MastodonSettings.model_validate({**ours, "timeout_seconds": 1, **more})


@pytest_asyncio.fixture
async def replier(server: StandIn) -> AsyncIterator[MastodonReplier]:
    replier = build_replier(settings(server), HOUSE)
    yield replier
    await replier.aclose()


def reading(
    server: StandIn, position: str | None = None, **more: object
) -> AbstractAsyncContextManager[Reader]:
    """Our source at this server."""
    (source,) = build_sources(settings(server, **more), HOUSE)
    return sources.reading(CHANNEL, source, position)


def post(customer: Any, text: str, **more: object) -> Any:
    return customer.status_post(f"@complaints {text}", **more)


def answers(customer: Any, status_id: str) -> list[Any]:
    return list(customer.status_context(status_id)["descendants"])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("visibility", "answered"), [("public", "unlisted"), ("unlisted", "unlisted"), ("direct", "direct")]
)
async def test_a_complaint_is_answered_in_its_thread(
    server: StandIn, anna: Any, replier: MastodonReplier, visibility: str, answered: str
) -> None:
    async with reading(server) as reader:
        status = post(anna, "My parcel was opened & emptied.", visibility=visibility, language="en")
        (message,) = await reader.messages(1)
    assert message.text == "@complaints My parcel was opened & emptied."
    assert message.sender.value.startswith("anna@")
    assert message.reply is not None
    sent = await replier.reply(letter(message.reply))
    (answer,) = answers(anna, status["id"])
    assert str(answer["id"]) == sent.provider_id
    assert answer["visibility"] == answered
    assert "Your reference is" in answer["content"]
    assert [one["acct"] for one in answer["mentions"]] == ["anna"]


@pytest.mark.asyncio
async def test_the_stream_tells_at_once(server: StandIn, anna: Any) -> None:
    async with reading(server, poll_seconds=60) as reader:
        await asyncio.sleep(0.5)
        posted = time.monotonic()
        post(anna, "Still waiting")
        await reader.messages(1)
        assert time.monotonic() - posted < 2


@pytest.mark.asyncio
async def test_without_a_stream_polling_finds_everything_in_order(server: StandIn, anna: Any) -> None:
    async with reading(server, streaming=False) as reader:
        for number in range(50):
            post(anna, f"number {number}")
        found = await reader.messages(50)
    assert [message.text for message in found] == [f"@complaints number {number}" for number in range(50)]


@pytest.mark.asyncio
async def test_what_came_while_we_were_away_is_read_after_a_restart(server: StandIn, anna: Any) -> None:
    post(anna, "before the first start")
    async with reading(server) as reader:
        position = reader.position
    post(anna, "while away")
    async with reading(server, position) as reader:
        (message,) = await reader.messages(1)
    assert message.text == "@complaints while away"


@pytest.mark.asyncio
async def test_a_backfill_is_marked_as_old(server: StandIn, anna: Any) -> None:
    post(anna, "old")
    async with reading(server, backfill=True) as reader:
        post(anna, "new")
        await reader.messages(2)
        marks = [one.inbound.facts.get("backfill") for one in reader.collected]
    assert marks == ["1", None]


@pytest.mark.asyncio
async def test_an_edit_and_a_deletion_reach_the_case(server: StandIn, anna: Any) -> None:
    async with reading(server, watch_seconds=0.5) as reader:
        status = post(anna, "First words")
        await reader.messages(1)
        anna.status_update(status["id"], "@complaints Other words")
        await reader.messages(2)
        anna.status_delete(status["id"])
        _, edit, delete = await reader.messages(3)
    assert (edit.kind, edit.text, edit.target_id) == ("edit", "@complaints Other words", str(status["id"]))
    assert (delete.kind, delete.target_id) == ("delete", str(status["id"]))
    assert delete.sender == edit.sender


@pytest.mark.asyncio
async def test_the_server_goes_away_and_comes_back(server: StandIn, anna: Any) -> None:
    async with reading(server) as reader:
        post(anna, "one")
        await reader.messages(1)
        position = reader.position
        server.kill9()
        with pytest.raises(Unavailable):
            await reader.failure()
    server.start()
    post(anna, "two")
    async with reading(server, position) as again:
        found = await again.messages(1)
    assert found[-1].text == "@complaints two"


@pytest.mark.asyncio
@pytest.mark.parametrize("accepted", [True, False])
async def test_a_lost_answer_makes_one_letter(
    server: StandIn, anna: Any, replier: MastodonReplier, accepted: bool
) -> None:
    status = post(anna, "Hello?")
    route = route_to(status)
    plan_fault(server.url, hang_seconds=2, accept_first=accepted, method="POST")
    with pytest.raises(Unclear):
        await replier.reply(letter(route))
    sent = await after_doubt(replier, letter(route))
    (answer,) = answers(anna, status["id"])
    assert str(answer["id"]) == sent.provider_id


@pytest.mark.asyncio
async def test_the_same_letter_by_another_process_is_the_same_post(
    server: StandIn, anna: Any, replier: MastodonReplier
) -> None:
    status = post(anna, "Hello?")
    first = await replier.reply(letter(route_to(status)))
    another = build_replier(settings(server), HOUSE)
    assert (await another.reply(letter(route_to(status)))).provider_id == first.provider_id
    found = await another.find(letter(route_to(status)))
    assert found is not None
    assert found.provider_id == first.provider_id
    assert await another.find(letter(route_to(status), "Another letter")) is None
    await another.aclose()
    assert len(answers(anna, status["id"])) == 1


@pytest.mark.asyncio
async def test_a_rate_limit_says_when_to_come_back(
    server: StandIn, anna: Any, replier: MastodonReplier
) -> None:
    status = post(anna, "Hello?")
    plan_fault(server.url, status=429)
    with pytest.raises(Unavailable) as raised:
        await replier.reply(letter(route_to(status)))
    assert raised.value.retry_after is not None
    assert raised.value.retry_after <= 2


@pytest.mark.asyncio
async def test_an_answer_to_a_deleted_post_is_refused(
    server: StandIn, anna: Any, replier: MastodonReplier
) -> None:
    status = post(anna, "Hello?")
    anna.status_delete(status["id"])
    with pytest.raises(Refused):
        await replier.reply(letter(route_to(status)))


@pytest.mark.asyncio
async def test_a_letter_over_the_limit_is_not_posted(
    server: StandIn, anna: Any, replier: MastodonReplier
) -> None:
    status = post(anna, "Hello?")
    with pytest.raises(Refused, match="500"):
        await replier.reply(letter(route_to(status), "x" * 501))
    assert answers(anna, status["id"]) == []


def route_to(status: Any) -> ReplyRoute:
    """The route that reading this post gives."""
    raw = httpx.Response(
        200, json={"id": str(status["id"]), "content": "x", "account": {"acct": "anna"}}
    ).content
    route = CHANNEL.read(raw, {})[0].message.reply
    assert route is not None
    return route.model_copy(update={"visibility": "public"})
