"""The gateway with safeties left out, so that the run of faults can be seen to fail.

`python -m tests.acceptance.chaos.mutants NAMES WORDS…` is `gateway WORDS…`, its workers included, but that
`fencing`: a new owner of triage fences nobody; `offsets`: normalise commits its position before its outputs, not with
them; `ledger`: a new owner of letters does not remember what was attempted. Each widens the moment in which it
matters. NAMES are separated by commas; each mutant lives in a stage of its own, so they can be tried in one run.
"""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from gateway import plan as plans
from gateway import working
from gateway.children import Program
from gateway.cli import main as gateway
from gateway.cli import up
from tests.acceptance.chaos.house import MUTANTS_MODULE
from tests.acceptance.chaos.slips import SLIPS, Slip
from workers.letters.effects import LetterEffects
from workers.letters.ledger import Entry
from workers.letters.stage import Letters
from workers.runtime.contract import EffectPort, Effects, Output, Stage
from workers.runtime.options import RunOptions
from workers.runtime.run import run_stage, run_with
from workers.runtime.state import POSITION_KEY
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Cluster, Producer

_MOMENT_SECONDS = 1.5
_LONG_MOMENT_SECONDS = 4.0
"""In so long a moment something new is always under way when the worker is frozen."""
_LONG_SECONDS = 60.0
_SESSION_SECONDS = 6.0
"""So short that another worker has done the work before the frozen one wakes up."""


class Hesitant(Transactor):
    """All is written, and it takes a moment until it is committed."""

    moment_seconds = _MOMENT_SECONDS

    async def _send(self, outputs: Sequence[Output]) -> list["asyncio.Future[object]"]:
        deliveries = await super()._send(outputs)
        await asyncio.gather(*deliveries)
        await asyncio.sleep(self.moment_seconds)
        return deliveries


class Unfenced(Hesitant):
    """An id of its own for each producer, which stays valid for longer than a freeze lasts."""

    moment_seconds = _LONG_MOMENT_SECONDS

    def _make(self) -> Producer:
        return self._cluster.transactional_producer(
            f"{self._group}.{uuid.uuid4().hex}", transaction_seconds=_LONG_SECONDS
        )


class PositionFirst(Transactor):
    """First the position, a moment later what belongs to it."""

    async def commit(self, outputs: Sequence[Output], next_offset: int | None) -> None:
        place = [one for one in outputs if one.key == POSITION_KEY]
        if place or next_offset is not None:
            await super().commit(place, next_offset)
            await asyncio.sleep(_MOMENT_SECONDS)
        await super().commit([one for one in outputs if one.key != POSITION_KEY], None)


class _Forgetting(LetterEffects):
    def _take(self, entry: Entry | None, inherited: bool) -> None:
        super()._take(entry, inherited=False)


class Forgetful(Letters):
    """What the last owner may have sent is sent as if nobody had tried."""

    def effects(self, port: EffectPort) -> Effects | None:
        """Lanes that do not ask."""
        return _Forgetting(port, self.outlet, self.settings, self.clock)


Run = Callable[[Stage, Cluster, RunOptions, asyncio.Event], Awaitable[None]]


async def _fencing(stage: Stage, cluster: Cluster, options: RunOptions, stop: asyncio.Event) -> None:
    patient = replace(
        options,
        session_seconds=_SESSION_SECONDS,
        commit_seconds=_LONG_SECONDS,
        transaction_seconds=_LONG_SECONDS,
    )
    await run_with(Unfenced, stage, cluster, patient, stop)


async def _offsets(stage: Stage, cluster: Cluster, options: RunOptions, stop: asyncio.Event) -> None:
    await run_with(PositionFirst, stage, cluster, options, stop)


async def _ledger(stage: Stage, cluster: Cluster, options: RunOptions, stop: asyncio.Event) -> None:
    assert isinstance(stage, Letters)
    forgetful = Forgetful(stage.settings, stage.renderer, stage.outlet, stage.clock)
    await run_with(Hesitant, forgetful, cluster, options, stop)


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is left out of `stage`, the faults (as `Faults.strike` takes them) that bring it out, and the finding."""

    stage: str
    run: Run
    kinds: tuple[str, ...]
    finding: str


MUTANTS = {
    "fencing": Mutant("triage", _fencing, ("freeze:work-triage",), "opened twice"),
    "offsets": Mutant("normalise", _offsets, ("kill:work-normalise",), "lost"),
    "ledger": Mutant("letters", _ledger, ("kill:work-letters",), "answered twice"),
}
EVERY: Mapping[str, Mutant | Slip] = {**MUTANTS, **SLIPS}


def chosen(names: str) -> list[Mutant | Slip]:
    """Those that are named, separated by commas; ValueError for one that nobody knows."""
    unknown = [name for name in names.split(",") if name and name not in EVERY]
    if unknown:
        raise ValueError(f"no mutant is named {unknown[0]}; there are {', '.join(EVERY)}")
    return [EVERY[name] for name in names.split(",") if name]


def _runs(names: str) -> Run:
    by_stage = {one.stage: one.run for one in chosen(names) if isinstance(one, Mutant)}

    async def run(stage: Stage, cluster: Cluster, options: RunOptions, stop: asyncio.Event) -> None:
        await by_stage.get(stage.name, run_stage)(stage, cluster, options, stop)

    return run


def _planned(names: str) -> Callable[..., plans.Plan]:
    def plan(*given: Any) -> plans.Plan:
        made = plans.plan(*given)
        made.services = [_mutated(one, names) for one in made.services]
        made.roles = [_mutated(one, names) for one in made.roles]
        return made

    return plan


def _mutated(program: Program, names: str) -> Program:
    words = list(program.arguments)
    if "gateway" not in words:
        return program
    place = words.index("gateway")
    words[place : place + 1] = [MUTANTS_MODULE, names]
    return replace(program, arguments=words)


def main() -> None:
    """`gateway`, with the mutants named first."""
    names = sys.argv.pop(1)
    slips = [one for one in chosen(names) if isinstance(one, Slip)]
    with ExitStack() as stack:
        stack.enter_context(patch.object(up, "plan", _planned(names)))
        stack.enter_context(patch.object(working, "run_stage", _runs(names)))
        for slip in slips:
            for one in slip.patches():
                stack.enter_context(one)
        gateway()


if __name__ == "__main__":
    main()
