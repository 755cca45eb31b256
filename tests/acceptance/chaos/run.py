"""One run from end to end: a crowd complains while everything breaks, then it heals, is counted and judged."""

import asyncio
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from confluent_kafka import KafkaException

from deploy.local.kafka import LocalKafka
from tests.acceptance.chaos.casework import CaseSystem
from tests.acceptance.chaos.crowd import Crowd
from tests.acceptance.chaos.faults import Faults
from tests.acceptance.chaos.house import ChaosHouse
from tests.acceptance.chaos.judge import Verdict, judge
from tests.acceptance.chaos.look import look
from tests.acceptance.chaos.operator import settle
from tests.acceptance.chaos.outside import Outside
from tests.acceptance.chaos.pace import Pace
from tests.acceptance.chaos.progress import Progress
from tests.acceptance.chaos.report import Report

DRAIN_SHARE = 0.2
"""The part of the time that is kept for healing and counting."""
_STANDSTILL_SECONDS = 70.0
"""Longer than the longest transaction that a dead worker can leave open."""
_LOOK_SECONDS = 3.0
_ANSWER_LOOKS = 15
_QUIET_SECONDS = 20.0
"""As long as that nothing has to have moved before what is wrong is looked at wholly, and before it is final where
nothing is missing: what is there twice does not go away."""
_AWAY = (
    httpx.HTTPError,
    OSError,
    KafkaException,
    ValueError,
    KeyError,
    subprocess.TimeoutExpired,
    sqlite3.Error,
)


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
        with ExitStack() as stack:
            brokers = report.brokers
            kafka = stack.enter_context(LocalKafka(folder / "kafka", brokers=brokers)) if brokers else None
            house = stack.enter_context(ChaosHouse(folder, kafka, report.mutant))
            cases = stack.enter_context(CaseSystem(house.kafka.bootstrap))
            asyncio.run(_Run(house, cases, report, wishes, progress).run(began + wishes.seconds))
    finally:
        report.seconds = round(time.monotonic() - began, 1)


class _Run:
    def __init__(
        self, house: ChaosHouse, cases: CaseSystem, report: Report, wishes: Wishes, progress: Progress
    ) -> None:
        self._house, self._cases = house, cases
        self._report, self._wishes, self._progress = report, wishes, progress
        self._faults = Faults(house, Outside(house, cases), report.seed)
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
                await self._judged(end)
        self._report.drain_seconds = round(time.monotonic() - healing, 1)

    async def _break(self, deadline: float) -> None:
        wishes, faults, over = self._wishes, self._faults, asyncio.Event()
        replying = asyncio.create_task(self._crowd.reply(self._cases.owners, over), name="replies")
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(
                    self._crowd.complain(wishes.complaints, self._pace.allowed, deadline), name="the crowd"
                )
                await faults.strike(wishes.faults, wishes.kinds, deadline)
                self._pace.end()
            await self._heard_of()
        finally:
            over.set()
            await replying
            self._cases.finish()
            self._report.note(self._crowd, self._cases, faults)

    async def _heard_of(self) -> None:
        """Faults that left the house no moment also left nobody a letter to answer, nor a case to work on."""
        for _ in range(_ANSWER_LOOKS):
            if self._crowd.replied and self._cases.said:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _how_far(self) -> str:
        wishes, faults, crowd = self._wishes, self._faults, self._crowd
        return (
            f"{len(crowd.heard)} of {wishes.complaints} confirmed, {len(crowd.repeated)} said again, "
            f"{crowd.redelivered} delivered again, {len(crowd.replied)} replied, {len(self._cases.said)} outcomes, "
            f"{faults.struck} of {wishes.faults} faults, {len(faults.trouble)} in trouble"
        )

    def _how_well(self) -> str:
        found = self._report.verdict
        return "counting" if found is None else f"draining: {found.in_short()}"

    async def _judged(self, end: float) -> None:
        """Look again until nothing is wrong, nothing moves any more, or the time is over."""
        before: Verdict | None = None
        moved, wholly = time.monotonic(), False
        while time.monotonic() < end and time.monotonic() - moved < self._patience(before):
            began = time.monotonic()
            wholly = wholly or began - moved > _QUIET_SECONDS
            verdict = await self._look(wholly)
            if verdict is not None:
                self._report.verdict = verdict
                if verdict.clean:
                    return
                if verdict != before:
                    before, moved = verdict, time.monotonic()
            await asyncio.sleep(max(_LOOK_SECONDS, time.monotonic() - began))  # counting costs the house too

    def _patience(self, verdict: Verdict | None) -> float:
        return self._wishes.standstill_seconds if verdict is None or verdict.waits else _QUIET_SECONDS

    async def _look(self, wholly: bool) -> Verdict | None:
        try:
            self._report.settled += await settle(self._house)
            return judge(await look(self._house, self._crowd, self._cases, self._faults, wholly))
        except _AWAY as error:
            self._report.trouble.append(f"counting: {error!r}")
            return None
