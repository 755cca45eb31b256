"""A crowd of customers on every channel; each tries again until he was heard, some again and some in reply."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Self

import httpx

from tests.acceptance.chaos import sayings
from tests.acceptance.chaos.letters import letters
from tests.acceptance.house import House
from tests.acceptance.people.speaking import AWAY, Speakers
from tests.acceptance.people.words import Word

_AGAIN_SECONDS = 0.5
_PATIENCE_SECONDS = 10
_MAIL_SECONDS = 3.0
SENDERS = 12


class Crowd:
    """By number and wall clock: `heard` what a channel confirmed (that, and only that, is owed an answer), `repeated`
    the same words again, `replied` the answers to our letters; `told` the references that were told at once."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._client = httpx.AsyncClient(timeout=_PATIENCE_SECONDS)
        self._speakers = Speakers(house, self._client)
        self.heard: dict[int, float] = {}
        self.repeated: dict[int, float] = {}
        self.replied: dict[int, float] = {}
        self.told: dict[int, str] = {}
        self.tries: dict[int, int] = {}
        """How often an answer was said, the times included in which nobody confirmed it."""
        self.redelivered = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._speakers.close()
        await self._client.aclose()

    async def complain(self, count: int, allowed: Callable[[], float], deadline: float) -> None:
        """Send `count` complaints, never more than `allowed()` says, none after `deadline` (loop's clock)."""
        waiting = iter(range(count))
        async with asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(self._sender(waiting, allowed, deadline))

    async def reply(self, owners: Mapping[str, int], over: asyncio.Event) -> None:
        """Answer letters as they come, until `over`; `owners` tells whose complaint has a reference."""
        while not over.is_set():
            try:
                arrived = await letters(self._house)
            except AWAY:
                arrived = []
            for letter in arrived:
                numbers = {owners[one] for one in letter.references if one in owners}
                for number in numbers:
                    if sayings.answers(number) and number not in self.replied:
                        self.tries[number] = self.tries.get(number, 0) + 1
                        await self._once(sayings.reply(number, letter), number, self.replied)
            await asyncio.sleep(_MAIL_SECONDS)

    async def _sender(self, waiting: Iterator[int], allowed: Callable[[], float], deadline: float) -> None:
        for number in waiting:
            while number >= allowed():  # noqa: ASYNC110 - a proportion, nothing that could be set
                await asyncio.sleep(0.05)
            word = sayings.complaint(number)
            if await self._until_heard(word, number, deadline):
                await self._more(word, number)

    async def _until_heard(self, word: Word, number: int, deadline: float) -> bool:
        while asyncio.get_running_loop().time() < deadline:
            if await self._once(word, number, self.heard):
                return True
            await asyncio.sleep(_AGAIN_SECONDS)
        return False

    async def _more(self, word: Word, number: int) -> None:
        if sayings.delivered_again(number):
            try:
                self.redelivered += await self._speakers.again(word)
            except AWAY:
                return
        again = sayings.repeat(number)
        if again is not None:
            await self._once(again, number, self.repeated)

    async def _once(self, word: Word, number: int, noted: dict[int, float]) -> bool:
        try:
            told = await self._speakers.say(word)
        except AWAY:
            return False
        noted[number] = time.time()
        if told and noted is self.heard:
            self.told[number] = told
        return True
