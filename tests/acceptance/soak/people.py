"""Who complains in the long look: strangers by form, SMS and mail, the sandbox's customers on every other channel."""

import asyncio
from collections.abc import Sequence

import httpx

from channels.registry import CHANNELS
from deploy.sandbox.playground.ways.every import Ways
from deploy.sandbox.playground.world import World
from tests.acceptance.customers import Complaint, Customers
from tests.acceptance.house import House

BY_STRANGERS = ("webform", "mail", "sms")
"""Where everybody can have an address of his own; elsewhere three customers share the letters they may get."""
EACH = 3
"""Complaints of one stranger."""


class People:
    """Complain one after the other, the channels in turn; `said` counts what was taken by channel."""

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        world = World(house.folder / "run.json", house.operator()["Authorization"].removeprefix("Bearer "))
        self._strangers = Customers(house)
        self._ways = Ways(world, client)
        self._customers = world.customers()
        self.channels: Sequence[str] = [
            *BY_STRANGERS * 3,
            *(one.name for one in CHANNELS if self._played(one.name)),
        ]
        self.said: dict[str, int] = dict.fromkeys(self.channels, 0)

    async def complain(self, count: int, seconds: float) -> None:
        """`count` complaints, spread evenly over so many seconds; raises what a door or stand-in said no with."""
        begin = asyncio.get_running_loop().time()
        for number in range(count):
            due = begin + number * seconds / count
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self._one(number, self.channels[number % len(self.channels)])

    async def _one(self, number: int, channel: str) -> None:
        complaint = Complaint(number, channel, number // EACH)
        if channel in BY_STRANGERS:
            await self._strangers.send(complaint)
        else:
            found = self._ways.of(channel)
            assert found is not None, channel
            way, name = found
            await way.write(self._customers[number % len(self._customers)], name, complaint.text)
        self.said[channel] += 1

    def _played(self, channel: str) -> bool:
        return channel not in BY_STRANGERS and self._ways.of(channel) is not None

    def close(self) -> None:
        """Give connections back."""
        self._ways.close()
