"""X: a post that names us; answers are posts under it."""

from collections.abc import Sequence

import httpx

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good, heard
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName

LONGEST = 280


class X:
    """Persons of the stand-in, which signs what they post and tells us."""

    channels: Sequence[ChannelName] = ("x",)
    group = "In public"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Post it for everybody to see."""
        said = {"from": _user(who), "name": who.name, "text": f"@we {text}"[:LONGEST]}
        post = heard(await self._client.post(f"{self._url}/say", json=said))
        return Told("posted in public", id=post)

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Our posts under theirs, and our direct messages to them."""
        names = {_user(one): one.name for one in customers}
        every = good(await self._client.get(f"{self._url}/messages")).json()
        authors = {one["id"]: one["author"] for one in every}
        ours = [one for one in every if one["author"] == self._world.part("x")["account"]]
        return [
            Arrived(f"x-{one['id']}", "x", names[asker], iso(one["at"]), "@we", one["text"])
            for one in ours
            if (asker := one["to"] or authors.get(one["answers"], "")) in names
        ]

    @property
    def _url(self) -> str:
        return f"{self._world.part('x')['url']}/_sandbox"


def _user(who: Customer) -> str:
    return f"9000{who.number}"
