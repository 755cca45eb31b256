"""Preparing in processes of its own: what never comes back is killed, and costs its own record only.

A thread cannot be ended, and one that hangs in a C extension (a regular expression, a parser) holds up the whole
process with it. So a stage may be loaded in a process that does nothing but fork (workers/runtime/zygote.py): each fork
prepares batches that come over a socket. Ordinarily there is one. While it is busy for long another is forked, in
milliseconds and with everything loaded, so that other partitions do not wait; one over its time is killed.
"""

import asyncio
import json
import os
import pickle  # noqa: TID251 - between processes of one program; nothing of it is stored
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from channels.tasks import joined
from schemas.errors import KilledWorker, Misconfigured
from workers.runtime.contract import Record
from workers.runtime.exits import Doubt, Hung, bounded
from workers.runtime.zygote import FORK, HEADER, READY, WRONG

LOAD_SECONDS = 120.0
FORK_SECONDS = 10.0
PATIENCE_SECONDS = 0.25
"""A batch waits so long for a free process before another one is forked."""
MOST = 4
EACH_SECONDS = 0.03
"""What every further record of a batch adds to the budget of the first: a backlog comes in hundreds."""
_LOOK_SECONDS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Cook:
    """One forked process and the way to it."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, records: Sequence[Record]) -> Any:
        """Send a batch and wait for what became of it."""
        asked = pickle.dumps(records, pickle.HIGHEST_PROTOCOL)
        self.writer.write(HEADER.pack(len(asked)) + asked)
        await self.writer.drain()
        (length,) = HEADER.unpack(await self.reader.readexactly(HEADER.size))
        return pickle.loads(await self.reader.readexactly(length))

    def spent(self) -> float:
        """Seconds of CPU so far (proc_pid_stat(5), fields 14 and 15): what it took itself, whoever else was busy."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()
        except (
            OSError
        ):  # it has ended, which the socket tells; elsewhere than on Linux the clock alone counts
            return 0.0
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def end(self) -> None:
        """Kill it, whatever it does."""
        self.writer.close()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


class Kitchen:
    """The processes of one stage. `recipe` is `module:function argument`; what it returns has `prepare`.

    A record may take `seconds` of CPU, for on a busy machine the clock tells nothing of the record; what waits
    without working has `patience` by the clock.
    """

    def __init__(self, recipe: str, seconds: float, patience: float, most: int = MOST) -> None:
        self._recipe, self._seconds, self._patience, self._most = recipe, seconds, patience, most
        self._zygote: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._idle: list[Cook] = []
        self._count = 0
        self._freed = asyncio.Event()
        self._forking = asyncio.Lock()

    async def open(self) -> None:
        """Load the stage; raises Misconfigured, Hung when that takes too long, Doubt when it fails."""
        ours, theirs = socket.socketpair()
        with theirs:
            module, _, argument = self._recipe.partition(" ")
            words = ["-m", "workers.runtime.zygote", str(theirs.fileno()), module, argument]
            self._zygote = await asyncio.create_subprocess_exec(
                sys.executable, *words, pass_fds=[theirs.fileno()]
            )
        ours.setblocking(False)
        self._control = ours
        await bounded(self._told(READY), LOAD_SECONDS, "loading a stage", Hung)
        self._idle.append(await self._fork())

    async def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """What `prepare_all` answers or raises; KilledWorker when it does not end in time, or the process does."""
        cook = await self._take()
        try:
            found = await self._in_time(cook, records)
        except (asyncio.IncompleteReadError, ConnectionError) as died:
            self._lose(cook)
            raise KilledWorker("the process ended while it read this") from died
        except BaseException:
            self._lose(cook)
            raise
        self._give_back(cook)
        if isinstance(found, Exception):
            raise found
        return found  # type: ignore[no-any-return]

    async def _in_time(self, cook: Cook, records: Sequence[Record]) -> Any:
        budget = self._seconds + EACH_SECONDS * (len(records) - 1)
        began, spent = monotonic(), cook.spent()
        left = min(budget, self._patience)
        asked = joined(cook.ask(records), "preparing a batch")
        try:
            while not (await asyncio.wait([asked], timeout=max(left, _LOOK_SECONDS)))[0]:
                left = min(budget - (cook.spent() - spent), self._patience - (monotonic() - began))
                if left <= 0:
                    limits = f"{budget:g} s of work or {self._patience:g} s by the clock"
                    raise KilledWorker(f"reading it did not end within {limits}")
            return asked.result()
        finally:
            asked.cancel()

    async def close(self) -> None:
        """End all of them."""
        for cook in self._idle:
            cook.end()
        self._idle.clear()
        if self._control is not None:
            self._control.close()
        if self._zygote is not None:
            with suppress(ProcessLookupError):
                self._zygote.kill()
            await self._zygote.wait()

    async def _take(self) -> Cook:
        while True:
            if self._idle:
                return self._idle.pop()
            self._freed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._freed.wait(), PATIENCE_SECONDS if self._count else 0)
            if not self._idle and self._count < self._most:
                return await self._fork()

    def _give_back(self, cook: Cook) -> None:
        """The first one stays; others were only needed while it was busy."""
        if self._idle:
            self._lose(cook)
            return
        self._idle.append(cook)
        self._freed.set()

    def _lose(self, cook: Cook) -> None:
        self._count -= 1
        cook.end()
        self._freed.set()

    async def _fork(self) -> Cook:
        self._count += 1
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                async with self._forking:
                    pid = await bounded(self._forked(theirs), FORK_SECONDS, "forking", Hung)
        except BaseException:
            self._count -= 1
            ours.close()
            raise
        reader, writer = await asyncio.open_connection(sock=ours)
        return Cook(pid, reader, writer)

    async def _forked(self, theirs: socket.socket) -> int:
        assert self._control is not None
        socket.send_fds(self._control, [FORK], [theirs.fileno()])
        return int((await self._told(b"")).decode())

    async def _told(self, wanted: bytes) -> bytes:
        """The next line of the process that forks; `wanted` names the only good one."""
        assert self._control is not None
        line = b""
        while not line.endswith(b"\n"):
            more = await asyncio.get_running_loop().sock_recv(self._control, 1)
            if not more:
                raise Doubt("the process that loads the stage has ended; its reason stands above")
            line += more
        if line.startswith(WRONG):
            raise Misconfigured(*json.loads(line.removeprefix(WRONG)))
        if wanted and line != wanted:
            raise Doubt(f"the process that loads the stage says {line!r}")
        return line
