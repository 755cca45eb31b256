"""WhatsApp, Messenger, Instagram: persons of the Meta stand-in, which signs what they write and posts it to us."""

from collections.abc import Sequence

import httpx

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good, heard
from deploy.sandbox.playground.world import Customer, Missing, World
from schemas.names import ChannelName


class Meta:
    """A person has another id on each of the three."""

    channels: Sequence[ChannelName] = ("whatsapp", "messenger", "instagram")
    group = "Messengers"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Write to our account."""
        if channel not in self._played:
            raise Missing(f"this sandbox plays no {channel}: the settings name a real one")
        body = {"from": _person(who, channel), "name": who.title, "text": text}
        post = heard(await self._client.post(f"{self._url}/{channel}/messages", json=body))
        return Told("the provider's signed webhook was confirmed", id=post)

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Our messages, as each person's telephone shows them."""
        persons = {
            _person(one, channel): (channel, one.name) for one in customers for channel in self._played
        }
        every = good(await self._client.get(f"{self._url}/messages")).json()
        return [
            Arrived(one["id"], *persons[one["person"]], iso(one["at"]), one["template"], one["text"])
            for one in every
            if one["ours"] and one["person"] in persons
        ]

    @property
    def _played(self) -> Sequence[ChannelName]:
        played: Sequence[ChannelName] = self._world.part("meta")["channels"]
        return played

    @property
    def _url(self) -> str:
        return f"{self._world.part('meta')['url']}/_sandbox"


def _person(who: Customer, channel: ChannelName) -> str:
    """On WhatsApp it is the number, elsewhere an id that is ours alone."""
    if channel == "whatsapp":
        return who.phone.removeprefix("+")
    return f"{246 if channel == 'messenger' else 178}000000{who.number:04d}"
