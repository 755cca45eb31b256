"""Keeps the processes of one machine alive: starts in order, restarts what dies, stops in order, broker last.

In production the orchestrator does this. After kill -9 of the supervisor its children are gone with it, and
the next start finds the same data folder.
"""

import asyncio
import itertools
import json
import os
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.children import Child, Program
from schemas.errors import Unavailable

BACK_OFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
CALM_SECONDS = 30.0
"""A process that lived this long starts its back-off anew when it dies."""

WRONG_SETTING = 2
"""The exit code of a process that will never start with these settings."""

Say = Callable[[str], None]


class Supervisor:
    """Owns the children. `say` prints a progress line; `facts` is what run.json tells beside the processes."""

    def __init__(self, folder: Path, facts: dict[str, Any], say: Say) -> None:
        self._folder = folder
        self._facts = facts
        self._say = say
        self._children: dict[str, Child] = {}
        self._order: list[str] = []
        self._guards: list[asyncio.Task[None]] = []
        self._stopping = False

    async def start(self, programs: Sequence[Program]) -> None:
        """Start side by side and wait until all are ready; raises Unavailable with the reason of the first."""
        await asyncio.gather(*(self._first(program) for program in programs))

    async def stop(self) -> None:
        """In the reverse order of starting, those started together together."""
        self._stopping = True
        for guard in self._guards:
            guard.cancel()
        await asyncio.gather(*self._guards, return_exceptions=True)
        for group in self._groups():
            await asyncio.gather(*(self._children[role].stop() for role in group))
        (self._folder / "run.json").unlink(missing_ok=True)

    async def kill_stuck(self, role: str, reason: str) -> None:
        """End a process that lives but does not move; its guard starts it again."""
        self._say(f"{role}: {reason}; killed")
        self._children[role].kill()

    @property
    def roles(self) -> Sequence[str]:
        """Those that were started, in order."""
        return tuple(self._order)

    async def _first(self, program: Program) -> None:
        """Start and wait until ready. Only a wrong setting is final; what dies on the way is tried again."""
        begin = time.monotonic()
        self._order.append(program.role)
        for attempt in itertools.count():
            child = await self._spawn(program)
            try:
                await child.ready()
                break
            except Unavailable as error:
                late = time.monotonic() - begin > program.ready_seconds
                if late or child.exit_code is None or child.exit_code == WRONG_SETTING:
                    raise
                self._say(f"{error}; starting again")
                await asyncio.sleep(BACK_OFF_SECONDS[min(attempt, len(BACK_OFF_SECONDS) - 1)])
        self._say(f"{program.role}: ready after {time.monotonic() - begin:.1f} s")
        self._guards.append(asyncio.create_task(self._guard(program)))

    async def _spawn(self, program: Program) -> Child:
        child = await Child.start(program, self._folder / "logs")
        self._children[program.role] = child
        self._write_run_file()
        return child

    async def _guard(self, program: Program) -> None:
        """Restart for ever, with back-off and a reason."""
        failures = 0
        while not self._stopping:
            child = self._children[program.role]
            await child.wait()
            failures = 0 if time.monotonic() - child.started > CALM_SECONDS else failures + 1
            pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)] * random.uniform(0.8, 1.2)
            self._say(f"{program.role}: {child.end()}; starting again in {pause:.1f} s")
            await asyncio.sleep(pause)
            await self._spawn(program)

    def _groups(self) -> list[list[str]]:
        ranks: dict[int, list[str]] = {}
        for role in self._order:
            ranks.setdefault(self._children[role].program.stop_rank, []).append(role)
        return [ranks[number] for number in sorted(ranks)]

    def _write_run_file(self) -> None:
        processes = [{"role": role, "pid": child.pid} for role, child in self._children.items()]
        path = self._folder / "run.json"
        making = path.with_suffix(".making")
        making.touch(mode=0o600)
        making.write_text(
            json.dumps({**self._facts, "supervisor": os.getpid(), "processes": processes}, indent=1)
        )
        making.replace(path)


async def until_stopped(
    supervisor: Supervisor, stop: asyncio.Event, *watches: Callable[[], Awaitable[None]]
) -> None:
    """Run the watches until `stop`, then stop everything."""
    tasks = [asyncio.ensure_future(watch()) for watch in watches]
    try:
        await stop.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await supervisor.stop()
