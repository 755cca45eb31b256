"""Bluesky: a post that names us, written into the customer's own repository; answers are posts under it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from deploy.sandbox.bluesky.network import POST, Account
from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName

LONGEST = 300


class Bluesky:
    """Each customer has an account and its password."""

    channels: Sequence[ChannelName] = ("bluesky",)
    group = "In public"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Sign in and post."""
        server = self._world.part("bluesky")
        account = Account(who.name, server["passwords"][who.name])
        session = await self._call(
            "com.atproto.server.createSession", {"identifier": account.handle, "password": account.password}
        )
        named = f"@{Account(server['account'], '').handle} {text}"[:LONGEST]
        record = {"$type": POST, "text": named, "createdAt": datetime.now(UTC).isoformat(), "langs": ["en"]}
        post = {"repo": account.did, "collection": POST, "record": record}
        await self._call("com.atproto.repo.createRecord", post, session["accessJwt"])
        return Told("posted in public")

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Our posts under theirs."""
        server = self._world.part("bluesky")
        ours = Account(server["account"], "")
        names = {Account(one.name, "").did: one.name for one in customers}
        every = good(await self._client.get(f"{server['url']}/_sandbox/messages")).json()
        return [
            Arrived(
                post["uri"], "bluesky", names[asker], iso(post["at"]), f"@{ours.name}", post["record"]["text"]
            )
            for post in every
            if post["author"] == ours.did and (asker := _answered(post)) in names
        ]

    async def _call(self, method: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self._world.part('bluesky')['url']}/xrpc/{method}"
        answer: dict[str, Any] = good(await self._client.post(url, json=body, headers=headers)).json()
        return answer


def _answered(post: dict[str, Any]) -> str:
    """Whose post it answers."""
    uri = str(post["record"].get("reply", {}).get("parent", {}).get("uri", ""))
    return uri.removeprefix("at://").partition("/")[0]
