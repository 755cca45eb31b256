"""The web form, by its JSON API. Its answers come to the mailbox that was named."""

from collections.abc import Sequence

import httpx

from deploy.sandbox.playground.ways.contract import Arrived, Told, good
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName


class Webform:
    """`POST /complain`, with name and mail address."""

    channels: Sequence[ChannelName] = ("webform",)
    group = "To us"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Fill in the form."""
        body = {"description": text, "name": who.title, "email": who.address}
        told = good(await self._client.post(f"{self._world.gateway}/complain", json=body)).json()
        return Told("its reference was told at once", told["reference"])

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Nothing comes by form."""
        return []
