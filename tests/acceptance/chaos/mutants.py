"""The gateway with one safety left out, so that the run of faults can be seen to fail.

`python -m tests.acceptance.chaos.mutants NAME WORDS…` is `gateway WORDS…`, its workers included, but that
`fencing`: a new owner fences nobody; `offsets`: the position is committed before the outputs, not with them;
`ledger`: a new owner does not remember what was attempted. Each widens the moment in which it matters.
`fencing` has not shown itself here so far: a worker that wakes up has mostly ended in doubt before it could commit.
That it matters is shown where a worker stops itself in the very moment, in tests/integration/runtime.
"""

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from gateway import plan as plans
from gateway import working
from gateway.children import Program
from gateway.cli import main as gateway
from gateway.cli import up
from tests.acceptance.chaos.house import MUTANTS_MODULE
from workers.letters.effects import LetterEffects
from workers.letters.ledger import Entry
from workers.letters.stage import Letters
from workers.runtime.contract import EffectPort, Effects, Output, Stage
from workers.runtime.options import RunOptions
from workers.runtime.run import run_with
from workers.runtime.state import POSITION_KEY
from workers.runtime.transaction import Transactor
from workers.storage.kafka import Cluster, Producer

_MOMENT_SECONDS = 1.5
_LONG_SECONDS = 60.0
_SESSION_SECONDS = 6.0
"""So short that another worker has done the work before the frozen one wakes up."""


class Hesitant(Transactor):
    """All is written, and it takes a moment until it is committed."""

    async def _send(self, outputs: Sequence[Output]) -> list["asyncio.Future[object]"]:
        deliveries = await super()._send(outputs)
        await asyncio.gather(*deliveries)
        await asyncio.sleep(_MOMENT_SECONDS)
        return deliveries


class Unfenced(Hesitant):
    """An id of its own for each producer, which stays valid for longer than a freeze lasts."""

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
    if not isinstance(stage, Letters):
        return await run_with(Transactor, stage, cluster, options, stop)
    forgetful = Forgetful(stage.settings, stage.renderer, stage.outlet, stage.clock)
    return await run_with(Hesitant, forgetful, cluster, options, stop)


RUNS: dict[str, Run] = {"fencing": _fencing, "offsets": _offsets, "ledger": _ledger}


def _planned(name: str) -> Callable[[Path, int, Mapping[str, str], bool], plans.Plan]:
    def plan(folder: Path, http_port: int, given: Mapping[str, str], sandbox: bool) -> plans.Plan:
        made = plans.plan(folder, http_port, given, sandbox)
        made.roles = [_mutated(one, name) if "work" in one.arguments else one for one in made.roles]
        return made

    return plan


def _mutated(program: Program, name: str) -> Program:
    words = list(program.arguments)
    place = words.index("gateway")
    words[place : place + 1] = [MUTANTS_MODULE, name]
    return replace(program, arguments=words)


def main() -> None:
    """`gateway`, with the mutant named first."""
    name = sys.argv.pop(1)
    with patch.object(up, "plan", _planned(name)), patch.object(working, "run_stage", RUNS[name]):
        gateway()


if __name__ == "__main__":
    main()
