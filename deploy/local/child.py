"""Child processes that cannot outlive us: killed by the kernel when the process that started them ends."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from gateway.spawning import STOP_SECONDS, mortal
from schemas.errors import Unavailable

LOG_LINES = 3
TROUBLE = re.compile(r"\bERROR\b|Exception\b")
JAVA_CHATTER = "WARNING:"  # newer runtimes announce at every start what they will deprecate


class Child:
    """One running program with its output in a log file. `name` is what messages call it."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        log: Path,
        privileges: Sequence[str] = (),
        folder: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Starts it at once, in a session of its own, so that Ctrl-C reaches only its parent.

        `privileges` are options of setpriv(1): as whom it runs. `folder` is its working directory, `env` its whole
        environment; both are ours when not given.
        """
        self.name = name
        self._log = log
        self._log_start = log.stat().st_size if log.exists() else 0
        self._process = _spawner().submit(_spawn, mortal(arguments, privileges), log, folder, env).result()

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative for the signal that ended it."""
        return self._process.poll()

    def check(self) -> None:
        """Raises Unavailable with the end of its log if it is no longer running."""
        if (code := self.exit_code()) is not None:
            raise Unavailable(f"{self.name} ended with exit code {code}: {self.last_words()}")

    def last_words(self) -> str:
        """What it logged since this start, in one line: the errors if there are any, else the end."""
        try:
            with self._log.open(errors="replace") as log:
                log.seek(self._log_start)
                said = [line.strip() for line in log if not line.startswith(JAVA_CHATTER)]
        except FileNotFoundError:  # somebody took the log away
            said = []
        lines = [line for line in said if TROUBLE.search(line)][:LOG_LINES] or said[-LOG_LINES:]
        return " | ".join(lines) or f"it said nothing in {self._log}"

    def ask_to_stop(self) -> None:
        """SIGTERM, without waiting."""
        self._process.terminate()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """SIGTERM, and SIGKILL if it takes longer."""
        self.ask_to_stop()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill9()

    def kill9(self) -> None:
        """SIGKILL to its whole session, as a crash would end it."""
        if self.exit_code() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def wait_until_ready(child: Child, is_ready: Callable[[], bool], timeout_seconds: float) -> None:
    """Asks `is_ready` every 50 ms; raises Unavailable if the child ends first or is killed for being late."""
    deadline = time.monotonic() + timeout_seconds
    while not is_ready():
        child.check()
        if time.monotonic() > deadline:
            child.kill9()
            raise Unavailable(
                f"{child.name} was not ready after {timeout_seconds:.0f} s: {child.last_words()}"
            )
        time.sleep(0.05)


@cache
def _spawner() -> ThreadPoolExecutor:
    """One thread that lives as long as the process: PDEATHSIG fires when the *thread* that forked ends."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


def _spawn(
    command: Sequence[str], log: Path, folder: Path | None, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env=env,
        )
