"""A house that can be broken in more ways: frozen, told to leave, scaled up and down, run with a mutant inside."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.local.kafka import LocalKafka
from tests.acceptance.house import House

MUTANTS_MODULE = "tests.acceptance.chaos.mutants"
_SECRET = "only for the long run of faults"
_LEAVE_SECONDS = 20.0
_JOIN_SECONDS = 30.0
_BACK_SECONDS = 40.0
_TAKE_OVER_SECONDS = 22.0
"""With the moment after it shorter than the supervisor's patience with a worker that does not move."""
_AT_WORK_SECONDS = 4.0


class ChaosHouse(House):
    """`gateway up --sandbox` on a cluster that is broken from here. `mutant`: safeties left out, by name."""

    def __init__(self, folder: Path, kafka: LocalKafka, mutant: str = "") -> None:
        super().__init__(
            folder,
            GATEWAY_KAFKA_BOOTSTRAP=kafka.bootstrap,
            GATEWAY_REPLICATION=str(len(kafka.nodes)),
            GATEWAY_SECRET=_SECRET,
            GATEWAY_BLOB_DIR=str(folder / "blobs"),
        )
        self.kafka = kafka
        self._place = folder
        if mutant:
            self.program = (MUTANTS_MODULE, mutant)
        self.extras: dict[str, list[subprocess.Popen[bytes]]] = {}
        """Role → workers beside the supervised one, each as if on a host of its own."""
        self._logs: dict[str, list[Path]] = {}

    def __exit__(self, *_: object) -> None:
        self.scale_down()
        super().__exit__()

    def end(self) -> None:
        """SIGKILL to what a start left behind that did not come up."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def kill9_and_wait(self, role: str) -> bool:
        """SIGKILL to one role, then until it works again: for a run that strikes nobody else."""
        log = self.folder / "logs" / f"{role}.log"
        begin, deadline = log.stat().st_size, time.monotonic() + _BACK_SECONDS
        met = self.kill9(role)
        while met and b": ready" not in log.read_bytes()[begin:] and time.monotonic() < deadline:
            time.sleep(0.2)
        return met

    @contextlib.contextmanager
    def frozen(self, role: str) -> Iterator[None]:
        """The role stands still while this is open."""
        pid = self.pids()[role]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def frozen_until_taken_over(self, role: str) -> None:
        """The role stands still until a worker beside it has begun anew on its partitions, and a moment longer."""
        before, deadline = self._openings(role), time.monotonic() + _TAKE_OVER_SECONDS
        with self.frozen(role):
            while self._openings(role) == before and time.monotonic() < deadline:
                time.sleep(0.2)
            time.sleep(_AT_WORK_SECONDS)

    def leave(self, role: str) -> None:
        """SIGTERM, then until another process has the role."""
        before, deadline = self.pids()[role], time.monotonic() + _BACK_SECONDS
        with contextlib.suppress(ProcessLookupError):
            os.kill(before, signal.SIGTERM)
        while self.pids()[role] == before and time.monotonic() < deadline:
            time.sleep(0.1)

    def scale_up(self, role: str, workers: int) -> None:
        """Start workers of this role until there are `workers` beside the supervised one."""
        there = self.extras.setdefault(role, [])
        there[:] = [one for one in there if one.poll() is None]
        fresh = [self._worker(role, number) for number in range(len(there), workers)]
        there += [process for process, _ in fresh]
        self._logs.setdefault(role, []).extend(log for _, log in fresh)
        deadline = time.monotonic() + _JOIN_SECONDS
        while time.monotonic() < deadline and not all(b": ready" in log.read_bytes() for _, log in fresh):
            time.sleep(0.2)

    def scale_down(self) -> None:
        """SIGTERM to all extra workers; SIGKILL to one that does not go."""
        leaving = [one for workers in self.extras.values() for one in workers]
        self.extras.clear()
        for one in leaving:
            one.terminate()
        for one in leaving:
            try:
                one.wait(_LEAVE_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _openings(self, role: str) -> int:
        return sum(log.read_bytes().count(b": running") for log in self._logs.get(role, ()))

    def _worker(self, role: str, number: int) -> tuple[subprocess.Popen[bytes], Path]:
        name = f"extra{number}"
        folder = self._place / name
        folder.mkdir(exist_ok=True)
        log = folder / f"{role}-{time.monotonic_ns()}.log"
        env = {
            **self._env, **self.facts()["settings"],
            "GATEWAY_INSTANCE": name, "GATEWAY_DATA_DIR": str(folder),
        }  # fmt: skip
        words = ["work", "normalise", "outcomes"] if role == "work-normalise" else ["work", role[5:]]
        with log.open("wb") as output:
            command = [sys.executable, "-m", *self.program, *words]
            process = subprocess.Popen(command, env=env, stdout=output, stderr=output, start_new_session=True)
        return process, log
