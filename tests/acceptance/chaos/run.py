"""One run from end to end: a crowd complains while everything breaks, then it heals, is counted and judged."""

import asyncio
import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from aiokafka.errors import KafkaError

from deploy.local.kafka import LocalKafka
from tests.acceptance.chaos import census
from tests.acceptance.chaos.crowd import Crowd
from tests.acceptance.chaos.faults import Faults
from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.chaos.judge import Evidence, Verdict, judge
from tests.acceptance.chaos.pace import Pace
from tests.acceptance.chaos.progress import Progress
from tests.acceptance.chaos.report import Report
from tests.acceptance.count import count

DRAIN_SHARE = 0.2
"""The part of the time that is kept for healing and counting."""
_STANDSTILL_SECONDS = 70.0
"""Longer than the longest transaction that a dead worker can leave open."""
_LOOK_SECONDS = 3.0
_RECONCILE_SECONDS = 300.0
_QUIET_SECONDS = 20.0
"""As long as that nothing has to have moved before what is wrong is looked at wholly, and before it is final where
nothing is missing: what is there twice does not go away."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for. `kinds`: faults to choose from, as `Faults.strike` takes them; `standstill_seconds`: how
    long nothing may move before what is missing counts as lost."""

    complaints: int
    faults: int
    seconds: float
    kinds: Sequence[str]
    standstill_seconds: float = _STANDSTILL_SECONDS


def run(folder: Path, report: Report, wishes: Wishes) -> None:
    """Fill `report` in; raises when the gateway cannot be brought up at all."""
    began = time.monotonic()
    progress = Progress()
    progress.say(f"seed {report.seed}: starting {report.brokers} broker(s) and the gateway in {folder}")
    try:
        with (
            LocalKafka(folder / "kafka", brokers=report.brokers) as kafka,
            ChaosHouse(folder, kafka, report.mutant) as house,
        ):
            asyncio.run(_Run(house, report, wishes, progress).run(began + wishes.seconds))
    finally:
        report.seconds = round(time.monotonic() - began, 1)


class _Run:
    def __init__(self, house: ChaosHouse, report: Report, wishes: Wishes, progress: Progress) -> None:
        self._house, self._report, self._wishes, self._progress = house, report, wishes, progress
        self._faults = Faults(house, report.seed)
        self._pace = Pace(wishes.complaints, wishes.faults, lambda: self._faults.struck)
        self._crowd = Crowd(house)

    async def run(self, end: float) -> None:
        """Break, heal, judge; `end` is the monotonic clock, which is the loop's too."""
        begin = time.monotonic()
        deadline = end - (end - begin) * DRAIN_SHARE
        async with self._crowd:
            with self._progress.telling(self._how_far):
                await self._break(deadline)
        healing = time.monotonic()
        await asyncio.to_thread(self._house.scale_down)
        with self._progress.telling(self._how_well):
            await self._judged(frozenset(self._crowd.heard), end)
        self._report.drain_seconds = round(time.monotonic() - healing, 1)

    async def _break(self, deadline: float) -> None:
        wishes, faults = self._wishes, self._faults
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(
                    self._crowd.complain(wishes.complaints, self._pace.allowed, deadline), name="the crowd"
                )
                await faults.strike(wishes.faults, wishes.kinds, deadline)
                self._pace.end()
        finally:
            self._report.heard = len(self._crowd.heard)
            self._report.faults, self._report.trouble = dict(faults.done), faults.trouble
            self._report.missed = faults.missed

    def _how_far(self) -> str:
        wishes, faults = self._wishes, self._faults
        return (
            f"{len(self._crowd.heard)} of {wishes.complaints} confirmed, {faults.struck} of {wishes.faults} faults, "
            f"{len(faults.trouble)} in trouble"
        )

    def _how_well(self) -> str:
        found = self._report.verdict
        return "counting" if found is None else f"draining: {found.in_short()}"

    async def _judged(self, heard: frozenset[int], end: float) -> None:
        """Look again until nothing is wrong, nothing moves any more, or the time is over."""
        before: Verdict | None = None
        moved, wholly = time.monotonic(), False
        while time.monotonic() < end and time.monotonic() - moved < self._patience(before):
            began = time.monotonic()
            wholly = wholly or began - moved > _QUIET_SECONDS
            verdict = await self._look(heard, wholly)
            if verdict is not None:
                self._report.verdict = verdict
                if verdict.clean:
                    return
                if verdict != before:
                    before, moved = verdict, time.monotonic()
            await asyncio.sleep(max(_LOOK_SECONDS, time.monotonic() - began))  # counting costs the house too

    def _patience(self, verdict: Verdict | None) -> float:
        waits = verdict is None or verdict.lost or verdict.unanswered or verdict.disagreements
        return self._wishes.standstill_seconds if waits else _QUIET_SECONDS

    async def _look(self, heard: frozenset[int], wholly: bool) -> Verdict | None:
        try:
            return judge(await self._evidence(heard, wholly))
        except (
            httpx.HTTPError,
            OSError,
            KafkaError,
            ValueError,
            KeyError,
            subprocess.TimeoutExpired,
        ) as error:
            self._report.trouble.append(f"counting: {error!r}")
            return None

    async def _evidence(self, heard: frozenset[int], wholly: bool) -> Evidence:
        """Reconcile and the rest are asked once all are there, or (`wholly`) when no more seem to come."""
        bootstrap = self._house.kafka.bootstrap
        opened = (await census.queues(bootstrap)).opened
        found = Evidence(heard=heard, opened=opened, letters=(await count(self._house)).letters)
        if heard - opened.keys() and not wholly:
            return found
        done = await asyncio.to_thread(self._house.command, "reconcile", "--json", seconds=_RECONCILE_SECONDS)
        self._report.reconcile = json.loads(done.stdout)
        deliveries, repeated = await census.deliveries(bootstrap)
        return Evidence(
            heard, opened, found.letters, deliveries, repeated,
            self._report.reconcile, await census.sms_times(self._house), self._faults.thawed,
            await census.dead_letters(bootstrap),
        )  # fmt: skip
