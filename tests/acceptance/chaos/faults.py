"""Accidents in the order of a seed: who is killed, frozen, told to leave, what is away, full, gone or wrong.

What takes long (a freeze, scaling, a rolling restart, a wrong clock) goes on in the background, one at a time, while
others are killed: accidents do not wait for each other.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

import httpx
from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException

from schemas.errors import GatewayError
from tests.acceptance.chaos.brokers import BrokerFaults
from tests.acceptance.chaos.changelog import CHANGELOGS, REFUSED, Changelogs
from tests.acceptance.chaos.disk import NotStruck
from tests.acceptance.chaos.evidence import Shaken, Torn
from tests.acceptance.chaos.findings import Finding
from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.chaos.outside import Outside
from tests.acceptance.chaos.things import Things
from tests.acceptance.house import victims

OTHERS = (
    *(
        "pair",
        "full disk",
        "run file",
        "logs renamed",
        "blobs away",
        "view removed",
        "view damaged",
        "spool torn",
    ),
    *("mail away", "provider away", "provider errors", "provider errors", "clock", "twin", "changelog"),
)
"""Once each, beside the kills: two roles at once, what happens to files, and what happens outside."""
USUAL = (*("kill",) * 14, *("broker",) * 2, *("scale",) * 2, "freeze", "rolling", "away", "outage", *OTHERS)
"""Without a broker every role starts again and again, which is what costs a run most: so there are fewer of these."""
CLUSTERED = (*USUAL, *("failover",) * 2)
"""On three brokers, where a leader has somebody to follow it."""
KINDS = tuple(dict.fromkeys(CLUSTERED))
SCALED = ("work-normalise", "work-triage", "work-letters")
"""The roles that are frozen and of which there may be several."""
LENGTHY = frozenset({"freeze", "scale", "rolling", "clock", "mail away", "provider errors"})
HARMLESS = frozenset(
    {"scale", "logs renamed", "view removed", "view damaged", "clock", "twin", "provider errors"}
)
"""Kinds that leave no letter between its sending and its record."""
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

    def __init__(self, house: ChaosHouse, outside: Outside, seed: int) -> None:
        self._house = house
        self._outside = outside
        self._things = Things(house)
        self._dice = random.Random(seed)
        self._victims = victims(house, seed, _MOST_VICTIMS)
        self._brokers = BrokerFaults(house.kafka)
        self._lengthy: asyncio.Task[None] | None = None
        self.done: Counter[str] = Counter()
        self.missed = 0
        """Strikes that met nobody: a role that was just dead, or something else on its way. They do not count."""
        self.thawed: list[float] = []
        self.not_struck: dict[str, str] = {}
        """Kinds that cannot be struck on this machine, and why."""
        self.shaken: list[Shaken] = []
        self.trouble: list[str] = []
        """What did not go as it should while striking, in words."""
        self._seen: list[Finding] = []

    @property
    def struck(self) -> int:
        """How many faults there were."""
        return sum(self.kinds.values())

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind; kills are also counted by victim, which adds none."""
        return {kind: count for kind, count in self.done.items() if kind in KINDS}

    @property
    def seen(self) -> list[Finding]:
        """What was found wrong while striking."""
        return [*self._seen, *self._things.seen, *self._outside.seen]

    @property
    def torn(self) -> list[Torn]:
        """What was taken out of the spool."""
        return self._things.torn

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
        begin = time.time()
        try:
            met = kind not in self.not_struck and await self._strikes(role)[kind](dice)
        except NotStruck as error:
            self.not_struck[kind] = str(error)
            met = False
        except (
            OSError,
            KeyError,
            ValueError,
            KafkaError,
            KafkaException,
            httpx.HTTPError,
            GatewayError,
        ) as error:
            self.trouble.append(f"{kind}: {error!r}")  # run.json is just being made anew
            met = False
        if kind not in HARMLESS:
            self.shaken.append(Shaken(kind, begin, time.time()))
        self.done[kind] += met
        self.missed += not met and kind not in self.not_struck

    def _strikes(self, role: str) -> dict[str, Strike]:
        things, outside, brokers = self._things, self._outside, self._brokers
        return {
            "kill": partial(self._kill_one, role) if role else self._kill, "pair": self._pair,
            "freeze": partial(self._freeze, role), "scale": self._scale, "rolling": self._rolling,
            "broker": brokers.one, "away": brokers.away, "outage": brokers.outage, "failover": brokers.failover,
            "changelog": partial(self._changelog, role), "full disk": partial(things.full, role),
            "run file": partial(things.run_file, role), "logs renamed": things.rename_logs,
            "blobs away": things.blobs_away, "view removed": things.view_removed,
            "view damaged": things.view_damaged, "spool torn": things.spool_torn,
            "mail away": outside.mail_away, "provider away": outside.provider_away,
            "provider errors": outside.provider_errors, "clock": outside.clock, "twin": outside.twin,
        }  # fmt: skip

    async def _kill(self, dice: random.Random) -> bool:
        victim = self._victims.pop(0)
        if not await asyncio.to_thread(self._house.kill9, victim):
            self._victims.insert(_NEXT_TRY, victim)
            return False
        self.done[f"kill {victim}"] += 1
        if victim == "supervisor":
            await self._start()
        return True

    async def _pair(self, dice: random.Random) -> bool:
        """Two roles in the same moment."""
        first, second = dice.sample([one for one in self._house.pids() if one != "sandbox"], 2)
        met = [self._house.kill9(first), self._house.kill9(second)]
        self.done[f"kill {first}"] += met[0]
        self.done[f"kill {second}"] += met[1]
        return any(met)

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
                self._seen.append(Finding("did not start", -1, time.time(), str(error)[-300:]))
                await asyncio.to_thread(self._house.end)
        raise AssertionError(f"the gateway did not come up {_STARTS} times: {self._seen[-1].says}")

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

    async def _changelog(self, role: str, dice: random.Random) -> bool:
        """What a stage remembers, or a part of it, is deleted; it must say so, and go on when the copy is back."""
        victim = role or dice.choice(sorted(CHANGELOGS))
        topics, store = CHANGELOGS[victim], Changelogs(self._house.kafka.bootstrap)
        gone = dice.sample(topics, dice.randint(1, len(topics)))
        await asyncio.to_thread(self._house.scale_down)
        begin = self._house.said(victim)
        with self._house.stopped(victim):
            kept = await asyncio.to_thread(store.copy, gone)
            try:
                await asyncio.to_thread(store.empty, kept)
            except KafkaException:
                await asyncio.to_thread(store.restore, kept)
                raise
        try:
            if not await asyncio.to_thread(self._house.until_said, victim, REFUSED, begin):
                says = f"{victim} went on although {', '.join(gone)} had been deleted"
                self._seen.append(Finding("deleted changelog passed over", -1, time.time(), says))
        finally:
            await asyncio.to_thread(store.restore, kept)
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
