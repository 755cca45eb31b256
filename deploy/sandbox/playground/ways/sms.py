"""SMS: a telephone of the Twilio stand-in."""

import asyncio
from collections.abc import Sequence

import httpx

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good, heard
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName


class Sms:
    """What is sent becomes a signed webhook."""

    channels: Sequence[ChannelName] = ("sms",)
    group = "To us"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Type and send."""
        twilio = self._world.part("twilio")
        body = {"from": who.phone, "to": twilio["number"], "body": text}
        sid = heard(await self._client.post(f"{twilio['url']}/_sandbox/sms", json=body), "sid")
        return Told("the provider's signed webhook was confirmed", id=sid)

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """What the telephones show."""
        found = await asyncio.gather(*(self._shown(one) for one in customers))
        return [letter for letters in found for letter in letters]

    async def _shown(self, who: Customer) -> list[Arrived]:
        url = f"{self._world.part('twilio')['url']}/_sandbox/messages"
        return [
            Arrived(one["sid"], "sms", who.name, iso(one["date_created"]), one["status"], one["body"])
            for one in good(await self._client.get(url, params={"to": who.phone})).json()
        ]
