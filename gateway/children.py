"""Child processes that die with us: spawned with a death signal, each in its own session, logged to a file."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.spawning import STOP_SECONDS, mortal
from schemas.errors import Unavailable

_READY = re.compile(r"^[^:]+: ready\b", re.MULTILINE)
_LAST_LINES = 3


@dataclass(frozen=True, slots=True)
class Program:
    """What to run for a role. `env` is added to ours; `ready_seconds` bounds the wait for its ready line.

    `stop_rank`: lower ranks are stopped first (collectors, workers, pages, stand-ins, broker).
    """

    role: str
    arguments: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready_seconds: float = 60.0
    stop_rank: int = 1


class Child:
    """One running program. Its log goes on over restarts; only what was written since the start counts."""

    def __init__(self, program: Program, process: asyncio.subprocess.Process, log: Path, begin: int) -> None:
        self.program = program
        self.started = time.monotonic()
        self._process = process
        self._log = log
        self._begin = begin

    @classmethod
    async def start(cls, program: Program, logs: Path) -> "Child":
        """Spawn it; raises Misconfigured when this machine lacks setpriv."""
        command = mortal(program.arguments)
        log, begin = _log_of(program, logs)
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, **program.env}, start_new_session=True,
            )  # fmt: skip
        return cls(program, process, log, begin)

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
        while not _READY.search(self._said()):
            if self.exit_code is not None:
                raise Unavailable(f"{self.program.role} {self.end()}")
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.program.role} was not ready in time: {self.last_words()}")
            await asyncio.sleep(0.05)

    async def wait(self) -> int:
        """Until it ends; its exit code."""
        return await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL to its whole session after `STOP_SECONDS`."""
        if self.exit_code is None:
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.kill()
            await self._process.wait()

    def kill(self) -> None:
        """SIGKILL to its whole session."""
        if self.exit_code is None:
            os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> str:
        """How it ended, in words, with what it said last."""
        code = self.exit_code or 0
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"{how}: {self.last_words()}"

    def last_words(self) -> str:
        """The end of its log since this start, in one line."""
        lines = [line.strip() for line in self._tail().splitlines() if line.strip()]
        return " | ".join(lines[-_LAST_LINES:]) or f"nothing in {self._log}"

    def _said(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._begin)
            return log.read(256 * 1024).decode("utf-8", "replace")

    def _tail(self) -> str:
        with self._log.open("rb") as log:
            log.seek(max(self._begin, log.seek(0, os.SEEK_END) - 4096))
            return log.read().decode("utf-8", "replace")


def _log_of(program: Program, logs: Path) -> tuple[Path, int]:
    """Its log file, and where it ends now."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{program.role}.log"
    return log, log.stat().st_size if log.exists() else 0
