"""Keeps the processes of one machine alive: starts in order, restarts what dies, stops in order, broker last.

In production the orchestrator does this. After kill -9 of the supervisor its children are gone with it, and
the next start finds the same data folder. Whatever a guard does beside its work (printing, run.json, the log file,
starting a process on a full machine) may fail and is tried again; it never ends the guard.
"""

import asyncio
import itertools
import json
import os
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from channels.tasks import watched
from gateway.children import Child, Program
from gateway.folder import RUN
from schemas.errors import Unavailable
from workers.storage.files import write_whole

BACK_OFF_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
CALM_SECONDS = 30.0
"""A process that lived this long starts its back-off anew when it dies."""
AGAIN_SECONDS = 1.0
"""How often run.json is tried again that could not be written."""

WRONG_SETTING = 2
"""The exit code of a process that will never start with these settings."""
WRONG_PAUSE_SECONDS = 15.0
"""Until it is tried again: what it refuses may be mended outside the settings (`gateway view rebuild`)."""

Say = Callable[[str], None]


class Supervisor:
    """Owns the children. `say` prints a progress line; `facts` is what run.json tells beside the processes."""

    def __init__(self, folder: Path, facts: dict[str, Any], say: Say) -> None:
        self._folder = folder
        self._facts = facts
        self._tell = say
        self._children: dict[str, Child] = {}
        self._order: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._unwritten = False
        self._stopping = False
        self.troubled: list[str] = []
        """Roles that did not become ready at the start; their guards go on trying."""

    async def start(self, programs: Sequence[Program]) -> None:
        """Start side by side and wait until all are ready; raises Unavailable with the reason of the first.

        A program that others can do without (`needed` is not set) is left to its guard when it does not become
        ready: it is tried again for ever, and the others run.
        """
        await asyncio.gather(*(self._first(program) for program in programs))

    async def stop(self) -> None:
        """In the reverse order of starting, those started together together."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for group in self._groups():
            await asyncio.gather(*(self._children[role].stop() for role in group))
        try:
            (self._folder / RUN).unlink(missing_ok=True)
        except OSError as error:
            self._say(f"run.json could not be removed: {error}")

    def kill_stuck(self, role: str, reason: str) -> None:
        """End a process that lives but does not move; its guard starts it again."""
        self._say(f"{role}: {reason}; killed")
        self._children[role].kill()

    @property
    def children(self) -> Mapping[str, Child]:
        """What runs now, by role, in the order of starting."""
        return self._children

    async def _first(self, program: Program) -> None:
        """Start and wait until ready. Only a wrong setting is final; what dies on the way is tried again."""
        begin = time.monotonic()
        self._order.append(program.role)
        try:
            await self._until_ready(program, begin)
            self._say(f"{program.role}: ready after {time.monotonic() - begin:.1f} s")
        except Unavailable as error:
            if program.needed:
                raise
            self._say(f"{error}; everything else goes on without it, and it is tried again")
            self.troubled.append(program.role)
        self._keep(self._guard(program), f"the guard of {program.role}")

    async def _until_ready(self, program: Program, begin: float) -> None:
        for attempt in itertools.count():
            child = await self._spawn(program)
            try:
                await child.ready()
                return
            except Unavailable as error:
                late = time.monotonic() - begin > program.ready_seconds
                if late or child.exit_code is None or child.exit_code == WRONG_SETTING:
                    raise
                self._say(f"{error}; starting again")
                await asyncio.sleep(BACK_OFF_SECONDS[min(attempt, len(BACK_OFF_SECONDS) - 1)])

    async def _spawn(self, program: Program) -> Child:
        child = await Child.start(program, self._folder / "logs")
        self._children[program.role] = child
        self._note()
        return child

    async def _guard(self, program: Program) -> None:
        """Restart for ever, with back-off and a reason."""
        failures = 0
        while not self._stopping:
            child = self._children[program.role]
            await child.wait()
            failures = 0 if time.monotonic() - child.started > CALM_SECONDS else failures + 1
            pause = WRONG_PAUSE_SECONDS if child.exit_code == WRONG_SETTING else _pause(failures)
            self._say(f"{program.role}: {child.end()}; starting again in {pause:.1f} s")
            await asyncio.sleep(pause)
            await self._spawn_until_it_runs(program)

    async def _spawn_until_it_runs(self, program: Program) -> None:
        """No room, no memory, no free process: all of it passes."""
        for attempt in itertools.count(1):
            try:
                await self._spawn(program)
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not end what starts a role again
                pause = _pause(attempt)
                self._say(f"{program.role} cannot be started: {error}; again in {pause:.1f} s")
                await asyncio.sleep(pause)

    def _groups(self) -> list[list[str]]:
        ranks: dict[int, list[str]] = {}
        for role in self._order:
            if role in self._children:
                ranks.setdefault(self._children[role].program.stop_rank, []).append(role)
        return [ranks[number] for number in sorted(ranks)]

    def _keep(self, work: Coroutine[Any, Any, None], what: str) -> None:
        self._tasks.append(watched(work, what))

    def _say(self, line: str) -> None:
        """Tell it, if anybody can still be told."""
        try:
            self._tell(line)
        except (OSError, ValueError):
            return

    def _note(self) -> None:
        """Write run.json; what a full disk refuses is written when there is room."""
        try:
            self._write_run_file()
        except OSError as error:
            self._say(f"run.json could not be written: {error}; it is tried again")
            if not self._unwritten:
                self._unwritten = True
                self._keep(self._note_later(), "writing run.json")

    async def _note_later(self) -> None:
        while self._unwritten:
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                self._write_run_file()
                self._unwritten = False
            except OSError:
                continue

    def _write_run_file(self) -> None:
        processes = [{"role": role, "pid": child.pid} for role, child in self._children.items()]
        told = {**self._facts, "supervisor": os.getpid(), "processes": processes}
        write_whole(self._folder / RUN, json.dumps(told, indent=1))


def _pause(failures: int) -> float:
    return BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)] * random.uniform(0.8, 1.2)


async def until_stopped(
    supervisor: Supervisor, stop: asyncio.Event, *watches: Callable[[], Awaitable[None]]
) -> None:
    """Run the watches until `stop`, then stop everything; a watch that ends before ends the process."""
    tasks = [watched(_run(watch), "watching the roles", lasting=True) for watch in watches]
    try:
        await stop.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await supervisor.stop()


async def _run(watch: Callable[[], Awaitable[None]]) -> None:
    await watch()
