"""Who complains in the long look: everybody on every channel, a few complaints each."""

import asyncio
from collections import Counter

import httpx

from tests.acceptance.customers import Complaint
from tests.acceptance.house import House
from tests.acceptance.people.person import person
from tests.acceptance.people.speaking import Speakers
from tests.acceptance.people.words import WAYS, Word

EACH = 3
"""Complaints of one person."""


class People:
    """Complain one after the other, the channels in turn; `said` counts what was taken by channel."""

    def __init__(self, house: House, client: httpx.AsyncClient) -> None:
        self._speakers = Speakers(house, client)
        self.said: Counter[str] = Counter()

    async def complain(self, count: int, seconds: float) -> None:
        """`count` complaints, spread evenly over so many seconds; raises what a door or stand-in said no with."""
        begin = asyncio.get_running_loop().time()
        for number in range(count):
            due = begin + number * seconds / count
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
            await self._one(number, WAYS[number % len(WAYS)])

    async def _one(self, number: int, way: str) -> None:
        text = Complaint(number, way, number // EACH).text
        await self._speakers.say(Word(f"soak-{number}", person(number // EACH), way, text))
        self.said[way] += 1

    def close(self) -> None:
        """Give connections back."""
        self._speakers.close()
