"""Accidents in the order of a seed: who is killed, frozen, told to leave, and when the brokers go."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.house import victims

USUAL = ("kill",) * 9 + ("broker",) * 3 + ("freeze", "scale") * 2 + ("rolling", "away")
KINDS = tuple(dict.fromkeys(USUAL))
SCALED = ("work-normalise", "work-triage", "work-letters")
"""The roles that are frozen and of which there may be several."""
_GAP_SECONDS = (0.5, 2.5)
_FREEZE_SECONDS = (11.5, 15.0)
_AWAY_SECONDS = (3.0, 8.0)
_STARTS = 3


class Faults:
    """Strikes `house`. `done` counts by kind, `thawed` tells when a frozen letters worker woke (wall clock)."""

    def __init__(self, house: ChaosHouse, seed: int, roles: Sequence[str] = ()) -> None:
        """`roles`: the only ones to be struck; empty for all."""
        self._house = house
        self._dice = random.Random(seed)
        self._roles = roles
        self._victims = [one for one in victims(house, seed, 2000) if not roles or one in roles]
        self.done: Counter[str] = Counter()
        self.thawed: list[float] = []
        self.trouble: list[str] = []
        """What did not go as it should while striking, in words."""

    async def strike(self, faults: int, kinds: Sequence[str], deadline: float) -> None:
        """That many faults, or fewer when `deadline` (the loop's clock) comes first."""
        strikes: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": self._kill, "broker": self._broker, "freeze": self._freeze,
            "scale": self._scale, "rolling": self._rolling, "away": self._away,
        }  # fmt: skip
        for _ in range(faults):
            await asyncio.sleep(self._dice.uniform(*_GAP_SECONDS))
            if asyncio.get_running_loop().time() > deadline:
                return
            kind = self._dice.choice(kinds)
            try:
                await strikes[kind]()
            except (OSError, KeyError, ValueError) as error:  # run.json is just being made anew
                self.trouble.append(f"{kind}: {error!r}")
            self.done[kind] += 1

    async def _kill(self) -> None:
        victim = self._victims.pop(0)
        self.done[f"kill {victim}"] += 1
        kill = self._house.kill9_and_wait if self._roles else self._house.kill9
        await asyncio.to_thread(kill, victim)
        if victim == "supervisor":
            await self._start()

    async def _start(self) -> None:
        for _ in range(_STARTS):
            try:
                await asyncio.to_thread(self._house.start)
                return
            except AssertionError as error:
                self.trouble.append(f"start: {str(error)[-300:]}")
                await asyncio.to_thread(self._house.end)
        raise AssertionError(f"the gateway did not come up {_STARTS} times: {self.trouble[-1]}")

    async def _broker(self) -> None:
        node = self._dice.choice(self._house.kafka.nodes).number
        await asyncio.to_thread(self._house.kafka.kill9, node)
        await asyncio.sleep(self._dice.uniform(0.0, 2.0))
        await asyncio.to_thread(self._house.kafka.restart, node)

    async def _away(self) -> None:
        await asyncio.to_thread(self._house.kafka.kill9)
        await asyncio.sleep(self._dice.uniform(*_AWAY_SECONDS))
        await asyncio.to_thread(self._house.kafka.restart)

    async def _freeze(self) -> None:
        """With somebody beside it who takes over, so that it wakes up as a stranger."""
        role = self._role()
        await asyncio.to_thread(self._house.scale_up, role, 1)
        with self._house.frozen(role):
            await asyncio.sleep(self._dice.uniform(*_FREEZE_SECONDS))
        if role == "work-letters":
            self.thawed.append(time.time())

    async def _scale(self) -> None:
        """From one to three, the next time back to one."""
        if any(self._house.extras.values()):
            await asyncio.to_thread(self._house.scale_down)
        else:
            await asyncio.to_thread(self._house.scale_up, self._role(), 2)

    async def _rolling(self) -> None:
        for role in [one for one in self._house.pids() if one.startswith(("work-", "serve", "collect"))]:
            await asyncio.to_thread(self._house.leave, role)

    def _role(self) -> str:
        return self._dice.choice([one for one in SCALED if not self._roles or one in self._roles])
