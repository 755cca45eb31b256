"""Accidents in the order of a seed: who is killed, frozen, told to leave, and when the brokers go.

What takes long (a freeze, scaling, a rolling restart) goes on in the background, one at a time, while others are
killed: accidents do not wait for each other.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

from aiokafka.errors import KafkaError

from tests.acceptance.chaos.brokers import BrokerFaults
from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.house import victims

USUAL = ("kill",) * 14 + ("broker",) * 2 + ("scale",) * 2 + ("freeze", "rolling", "away")
"""Without a broker every role starts again and again, which is what costs a run most: so there are fewer of these."""
CLUSTERED = (*USUAL, *("failover",) * 2)
"""On three brokers, where a leader has somebody to follow it."""
KINDS = tuple(dict.fromkeys(CLUSTERED))
SCALED = ("work-normalise", "work-triage", "work-letters")
"""The roles that are frozen and of which there may be several."""
LENGTHY = frozenset({"freeze", "scale", "rolling"})
_GAP_SECONDS = (0.5, 2.5)
_FREEZE_SECONDS = (11.5, 15.0)
_SETTLED_SECONDS = 3.0
"""From when on after a handover a worker is at work again."""
_STARTS = 3
_NEXT_TRY = 4
_MOST_VICTIMS = 2000
Strike = Callable[[random.Random], Awaitable[bool]]


class Faults:
    """Strikes `house`. `done` counts by kind, `thawed` tells when a frozen letters worker woke (wall clock)."""

    def __init__(self, house: ChaosHouse, seed: int) -> None:
        self._house = house
        self._dice = random.Random(seed)
        self._victims = victims(house, seed, _MOST_VICTIMS)
        self._brokers = BrokerFaults(house.kafka)
        self._lengthy: asyncio.Task[None] | None = None
        self.done: Counter[str] = Counter()
        self.missed = 0
        """Strikes that met nobody: a role that was just dead, or something else on its way. They do not count."""
        self.thawed: list[float] = []
        self.trouble: list[str] = []
        """What did not go as it should while striking, in words."""

    @property
    def struck(self) -> int:
        """How many faults there were."""
        return sum(count for kind, count in self.done.items() if " " not in kind)

    async def strike(self, faults: int, kinds: Sequence[str], deadline: float) -> None:
        """That many faults, or fewer when `deadline` (the loop's clock) comes first.

        A kind may name its victim: `kill:work-letters`. Kinds are dealt like cards, so that each has its share.
        """
        cards = self._dealt(kinds)
        while self.struck < faults and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(self._dice.uniform(*_GAP_SECONDS))
            card, dice = next(cards), random.Random(self._dice.random())
            if card.partition(":")[0] in LENGTHY:
                await self._background_over()
                self._lengthy = asyncio.create_task(self._one(card, dice))
            else:
                await self._one(card, dice)
            if self.struck == faults - 1:
                await self._background_over()
        await self._background_over()

    async def _background_over(self) -> None:
        if self._lengthy is not None:
            await self._lengthy
            self._lengthy = None

    def _dealt(self, kinds: Sequence[str]) -> Iterator[str]:
        while True:
            yield from self._dice.sample(kinds, len(kinds))

    async def _one(self, card: str, dice: random.Random) -> None:
        kind, _, role = card.partition(":")
        strikes: dict[str, Strike] = {
            "kill": partial(self._kill_one, role) if role else self._kill,
            "freeze": partial(self._freeze, role), "scale": self._scale, "rolling": self._rolling,
            "broker": self._brokers.one, "away": self._brokers.away, "failover": self._brokers.failover,
        }  # fmt: skip
        try:
            met = await strikes[kind](dice)
        except (OSError, KeyError, ValueError, KafkaError) as error:  # run.json is just being made anew
            self.trouble.append(f"{kind}: {error!r}")
            met = False
        self.done[kind] += met
        self.missed += not met

    async def _kill(self, dice: random.Random) -> bool:
        victim = self._victims.pop(0)
        if not await asyncio.to_thread(self._house.kill9, victim):
            self._victims.insert(_NEXT_TRY, victim)
            return False
        self.done[f"kill {victim}"] += 1
        if victim == "supervisor":
            await self._start()
        return True

    async def _kill_one(self, role: str, dice: random.Random) -> bool:
        met = await asyncio.to_thread(self._house.kill9_and_wait, role)
        self.done[f"kill {role}"] += met
        return met

    async def _start(self) -> None:
        for _ in range(_STARTS):
            try:
                await asyncio.to_thread(self._house.start)
                return
            except AssertionError as error:
                self.trouble.append(f"start: {str(error)[-300:]}")
                await asyncio.to_thread(self._house.end)
        raise AssertionError(f"the gateway did not come up {_STARTS} times: {self.trouble[-1]}")

    async def _freeze(self, role: str, dice: random.Random) -> bool:
        """With somebody beside it who takes over, so that it wakes up as a stranger. Whoever names the role wants
        just this, and waits for it."""
        victim = role or dice.choice(SCALED)
        await asyncio.to_thread(self._house.scale_up, victim, 1)
        await asyncio.sleep(_SETTLED_SECONDS)
        if role:
            await asyncio.to_thread(self._house.frozen_until_taken_over, victim)
        else:
            with self._house.frozen(victim):
                await asyncio.sleep(dice.uniform(*_FREEZE_SECONDS))
        if victim == "work-letters":
            self.thawed.append(time.time())
        return True

    async def _scale(self, dice: random.Random) -> bool:
        """From one to three, the next time back to one."""
        if any(self._house.extras.values()):
            await asyncio.to_thread(self._house.scale_down)
        else:
            await asyncio.to_thread(self._house.scale_up, dice.choice(SCALED), 2)
        return True

    async def _rolling(self, dice: random.Random) -> bool:
        for role in [one for one in self._house.pids() if one.startswith(("work-", "serve", "collect"))]:
            await asyncio.to_thread(self._house.leave, role)
        return True
