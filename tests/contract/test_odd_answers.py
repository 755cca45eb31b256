"""Networks that answer what they never should: the account waits with a reason and goes on, a letter is never lost.

Every path that a source asks is answered oddly once; every letter is answered oddly.
"""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from channels import meta_history
from channels.contract import Channel, Replier, Unclear, load
from channels.registry import CHANNELS
from schemas.errors import Refused, Unavailable, Unreadable
from schemas.message import Address, ReplyRoute
from tests.contract.players import HOUSE, NO_GRACE, PLAYERS, Player
from tests.contract.test_sessions import SECONDS, TEXTS, a_session, begun, given, texts
from tests.integration.doors import letter, plan_fault

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(150)]
HTTP = [channel.name for channel in CHANNELS if channel.sources and channel.name != "mail"]
ODD: dict[str, dict[str, Any]] = {
    "nothing": {"body": "", "status": 204},
    "null": {"body": "null"},
    "a word": {"body": '"ok"'},
    "an empty list": {"body": "[]"},
    "nulls": {"body": '{"notifications": null, "logs": null, "data": null, "result": null, "ok": true}'},
    "an error": {
        "body": '{"error": {"code": 2, "message": "down"}, "errors": [{"detail": "down"}], "ok": false}'
    },
    "html": {"body": "<html><body>502 Bad Gateway</body></html>"},
    "nested": {"body": "[" * 5_000},
    "a redirect": {"status": 302, "location": "https://elsewhere.example/"},
}
TAKEN = {"an empty list"}
"""What is a good answer to some question: that there is nothing."""
ITEMS: list[Any] = [
    None,
    7,
    "x",
    [],
    {},
    {"id": None},
    {"id": {}},
    {"update_id": "x"},
    {"indexedAt": "later"},
]


@pytest.fixture(params=HTTP)
def player(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Player]:
    """Every network that is asked over HTTP."""
    monkeypatch.setattr(meta_history, "GRACE", NO_GRACE)
    with PLAYERS[request.param](tmp_path) as playing:
        yield playing


async def test_an_odd_answer_makes_the_account_wait_and_loses_nothing(player: Player) -> None:
    """One source lives through all of it, as it does in the collector."""
    source, told = player.source(), texts(player.channel)
    position = await begun(source)
    for text in TEXTS:
        await asyncio.to_thread(player.say, text)
    wanted = {f"message {text}" for text in TEXTS}
    for path in player.reads:
        for odd in ODD.values():
            plan_fault(player.url, path=path, **{"status": 200, **odd})
            with contextlib.suppress(Unavailable):
                async with a_session(source, position) as stream, asyncio.timeout(SECONDS):
                    await anext(stream)
            await _clear(player)
    await given(source, position, wanted, told)
    await source.aclose()


async def test_odd_things_in_a_list_do_not_hide_the_good_ones(player: Player) -> None:
    """One page holds only what cannot be put in order; it is handed over or left, and the next page goes on."""
    source, told = player.source(), texts(player.channel)
    position = await begun(source)
    every = dict.fromkeys(("notifications", "logs", "data", "result"), ITEMS)
    for text in TEXTS:
        await asyncio.to_thread(player.say, text)
    for path in player.reads:
        body = json.dumps(ITEMS if "/notifications" in path else every)
        plan_fault(player.url, path=path, body=body, status=200)
        with contextlib.suppress(Unavailable):
            async with a_session(source, position) as stream, asyncio.timeout(SECONDS):
                one = await anext(stream)
                with contextlib.suppress(Unreadable):
                    player.channel.read(one.inbound.raw, one.inbound.facts)
        await _clear(player)
        await given(source, position, {f"message {text}" for text in TEXTS}, told)
    await source.aclose()


async def test_an_odd_answer_to_a_letter_or_to_the_doctor_is_an_end_with_a_type(player: Player) -> None:
    settings = load(player.channel.settings).model_validate(player.settings)
    for name, odd in ODD.items():
        plan_fault(player.url, count=200, **{"status": 200, **odd})
        for visibility in ("public", "private"):
            replier: Replier = load(player.channel.replier)(settings, HOUSE)
            written = letter(_route(player.channel, visibility))
            with pytest.raises((Unclear, Unavailable, Refused)):
                await replier.reply(written)
            with contextlib.suppress(Unclear, Unavailable, Refused):
                assert await replier.find(written) is not None or name in TAKEN, (
                    "nobody said that it never left"
                )
            await replier.aclose()
        found = [one async for one in load(player.channel.checks)(settings, HOUSE)]
        assert found
        assert not all(one.ok for one in found), name
        await _clear(player)


def _route(channel: Channel, visibility: str) -> ReplyRoute:
    private = visibility == "private"
    threads = {"bluesky": "convo:anna-complaints" if private else "", "telegram": "3001:41", "x": "77"}
    return ReplyRoute(
        channel=channel.name,
        account="100200",
        address=Address(kind="account", value="3001"),
        visibility="private" if private else "public",
        thread=threads.get(channel.name, "77_88"),
    )


async def _clear(player: Player) -> None:
    async with httpx.AsyncClient() as client:
        (await client.delete(f"{player.url}/_sandbox/faults")).raise_for_status()


async def test_every_network_is_asked() -> None:
    assert set(HTTP) == set(PLAYERS) - {"mail"}
