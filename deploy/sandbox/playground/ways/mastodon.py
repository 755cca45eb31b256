"""Mastodon: a public post that names us, and the notifications of who was answered."""

import asyncio
from collections.abc import Sequence

import httpx
from selectolax.lexbor import LexborHTMLParser

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName

LONGEST = 500


class Mastodon:
    """Each customer has an account and its token."""

    channels: Sequence[ChannelName] = ("mastodon",)
    group = "In public"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Post it for everybody to see."""
        server = self._world.part("mastodon")
        body = {"status": f"@{server['account']} {text}"[:LONGEST], "visibility": "public"}
        good(await self._client.post(f"{server['url']}/api/v1/statuses", data=body, headers=self._as(who)))
        return Told("posted in public")

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Posts that name them."""
        found = await asyncio.gather(*(self._mentions(one) for one in customers))
        return [letter for letters in found for letter in letters]

    async def _mentions(self, who: Customer) -> list[Arrived]:
        url = f"{self._world.part('mastodon')['url']}/api/v1/notifications?types[]=mention"
        return [
            Arrived(
                key=f"mastodon-{one['id']}",
                channel="mastodon",
                customer=who.name,
                at=iso(one["created_at"]),
                subject=f"@{one['account']['username']}, {one['status']['visibility']}",
                text=LexborHTMLParser(one["status"]["content"]).text().strip(),
            )
            for one in good(await self._client.get(url, headers=self._as(who))).json()
        ]

    def _as(self, who: Customer) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._world.part('mastodon')['tokens'][who.name]}"}
