"""One run from end to end: a crowd complains while everything breaks, then it heals, is counted and judged."""

import asyncio
import json
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
from tests.acceptance.chaos.report import Report
from tests.acceptance.count import count

DRAIN_SHARE = 0.3
"""The part of the time that is kept for healing and counting."""
_STANDSTILL_SECONDS = 70.0
"""Longer than the longest transaction that a dead worker can leave open."""
_LOOK_SECONDS = 3.0
_QUIET_SECONDS = 20.0
"""As long as that nothing has to have moved before what is wrong is looked at wholly, and before it is final where
nothing is missing: what is there twice does not go away."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked for. `kinds`: faults to choose from; `roles`: the only ones to be struck, empty for all."""

    complaints: int
    faults: int
    seconds: float
    kinds: Sequence[str]
    roles: Sequence[str] = ()


def run(folder: Path, report: Report, wishes: Wishes) -> None:
    """Fill `report` in; raises when the gateway cannot be brought up at all."""
    began = time.monotonic()
    try:
        with (
            LocalKafka(folder / "kafka", brokers=report.brokers) as kafka,
            ChaosHouse(folder, kafka, report.mutant) as house,
        ):
            asyncio.run(_Run(house, report, wishes).run(began + wishes.seconds))
    finally:
        report.seconds = round(time.monotonic() - began, 1)


class _Run:
    def __init__(self, house: ChaosHouse, report: Report, wishes: Wishes) -> None:
        self._house, self._report, self._wishes = house, report, wishes
        self._faults = Faults(house, report.seed, wishes.roles)
        self._over = False

    async def run(self, end: float) -> None:
        """Break, heal, judge; `end` is the monotonic clock, which is the loop's too."""
        begin, wishes = time.monotonic(), self._wishes
        deadline = end - (end - begin) * DRAIN_SHARE
        async with Crowd(self._house) as crowd:
            complaining = asyncio.create_task(crowd.complain(wishes.complaints, self._allowed, deadline))
            try:
                await self._faults.strike(wishes.faults, wishes.kinds, deadline)
            finally:
                self._over = True
            await complaining
        self._report.heard = len(crowd.heard)
        self._report.faults, self._report.trouble = dict(self._faults.done), self._faults.trouble
        healing = time.monotonic()
        await asyncio.to_thread(self._house.scale_down)
        await self._judged(frozenset(crowd.heard), end)
        self._report.drain_seconds = round(time.monotonic() - healing, 1)

    def _allowed(self) -> float:
        """As many complaints as faults, in proportion, so that nothing breaks an idle house."""
        done = sum(number for kind, number in self._faults.done.items() if " " not in kind)
        return float("inf") if self._over else self._wishes.complaints * (done + 1) / self._wishes.faults

    async def _judged(self, heard: frozenset[int], end: float) -> None:
        """Look again until nothing is wrong, nothing moves any more, or the time is over."""
        before: Verdict | None = None
        moved, wholly = time.monotonic(), False
        while time.monotonic() < end and time.monotonic() - moved < _patience(before):
            wholly = wholly or time.monotonic() - moved > _QUIET_SECONDS
            verdict = await self._look(heard, wholly)
            if verdict is not None:
                self._report.verdict = verdict
                if verdict.clean:
                    return
                if verdict != before:
                    before, moved = verdict, time.monotonic()
            await asyncio.sleep(_LOOK_SECONDS)

    async def _look(self, heard: frozenset[int], wholly: bool) -> Verdict | None:
        try:
            return judge(await self._evidence(heard, wholly))
        except (httpx.HTTPError, OSError, KafkaError, ValueError, KeyError) as error:
            self._report.trouble.append(f"counting: {error!r}")
            return None

    async def _evidence(self, heard: frozenset[int], wholly: bool) -> Evidence:
        """Reconcile and the rest are asked once all are there, or (`wholly`) when no more seem to come."""
        bootstrap = self._house.kafka.bootstrap
        opened = (await census.queues(bootstrap)).opened
        found = Evidence(heard=heard, opened=opened, letters=(await count(self._house)).letters)
        if heard - opened.keys() and not wholly:
            return found
        done = await asyncio.to_thread(self._house.command, "reconcile", "--json")
        self._report.reconcile = json.loads(done.stdout)
        deliveries, repeated = await census.deliveries(bootstrap)
        return Evidence(
            heard, opened, found.letters, deliveries, repeated,
            self._report.reconcile, await census.sms_times(self._house), self._faults.thawed,
        )  # fmt: skip


def _patience(verdict: Verdict | None) -> float:
    waits = verdict is None or verdict.lost or verdict.unanswered or verdict.disagreements
    return _STANDSTILL_SECONDS if waits else _QUIET_SECONDS
