"""Child processes that die with us: spawned with a death signal, each in its own session, logged to a file."""

import asyncio
import contextlib
import os
import re
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from channels.tasks import watched
from gateway.log_file import LogFile
from gateway.spawning import STOP_SECONDS, mortal
from schemas.errors import Unavailable

_READY = re.compile(rb"^[^:\n]+: ready\b", re.MULTILINE)
_LAST_LINES = 3
_CHUNK_BYTES = 64 * 1024
_TAIL_BYTES = 4096
_DRAIN_SECONDS = 1.0
"""So long its last words are waited for after its end: a grandchild may hold the pipe open."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run for a role. `env` is added to ours; `ready_seconds` bounds the wait for its ready line.

    `stop_rank`: lower ranks are stopped first (collectors, workers, pages, stand-ins, broker). `tells_progress`: it
    writes progress files under its process id, so that it can be found stuck. `needed`: without it there is no start.
    """

    role: str
    arguments: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_seconds: float = 60.0
    stop_rank: int = 1
    tells_progress: bool = False
    needed: bool = True


class Child:
    """One running program. What it says goes through us into its log file, so that a full disk or a renamed file
    is our concern and not its own."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process, log: LogFile) -> None:
        self.program = program
        self.started = time.monotonic()
        self._process = process
        self._log = log
        self._tail = b""
        self._is_ready = False
        self._listening = watched(self._listen(), f"listening to {program.role}")

    @classmethod
    async def start(cls, program: Program, logs: Path) -> "Child":
        """Spawn it; raises Misconfigured when this machine lacks setpriv, OSError when it cannot be started now."""
        process = await asyncio.create_subprocess_exec(
            *mortal(program.arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **program.env},
            start_new_session=True,
        )
        return cls(program, process, LogFile(logs / f"{program.role}.log"))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.returncode

    async def ready(self) -> None:
        """Wait for its ready line; raises Unavailable with its last words."""
        deadline = self.started + self.program.ready_seconds
        while not self._is_ready:
            if self.exit_code is not None:
                await self.wait()
                raise Unavailable(f"{self.program.role} {self.end()}")
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.program.role} was not ready in time: {self.last_words()}")
            await asyncio.sleep(0.05)

    async def wait(self) -> int:
        """Until it ends and its last words are here; its exit code."""
        code = await self._process.wait()
        await asyncio.wait([self._listening], timeout=_DRAIN_SECONDS)
        return code

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL to its whole session after `STOP_SECONDS`."""
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """SIGKILL to its whole session."""
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> str:
        """How it ended, in words, with what it said last."""
        code = self.exit_code or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"{how}: {self.last_words()}"

    def last_words(self) -> str:
        """The end of what it said, in one line."""
        lines = [line.strip() for line in self._tail.decode("utf-8", "replace").splitlines() if line.strip()]
        return " | ".join(lines[-_LAST_LINES:]) or f"it said nothing (its log is {self._log.path})"

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while said := await self._process.stdout.read(_CHUNK_BYTES):
                self._log.write(said)
                recent = self._tail + said
                self._is_ready = self._is_ready or _READY.search(recent) is not None
                self._tail = recent[-_TAIL_BYTES:]
        finally:
            self._log.close()
