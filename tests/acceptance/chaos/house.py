"""A house that can be broken in more ways: frozen, told to leave, scaled up and down, run with a mutant inside."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from deploy.local.kafka import LocalKafka
from tests.acceptance.chaos.disk import Disk
from tests.acceptance.chaos.own_kafka import OwnKafka
from tests.acceptance.chaos.roles import runs, words_of
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
    """`gateway up --sandbox` on a cluster that is broken from here, its own when none is given, on a disk of its own
    where that can be had. `mutant`: safeties left out, by name."""

    def __init__(self, folder: Path, kafka: LocalKafka | None, mutant: str = "") -> None:
        self.kafka: LocalKafka | OwnKafka = kafka or OwnKafka(self)
        cluster = {"GATEWAY_KAFKA_BOOTSTRAP": kafka.bootstrap} if kafka else {}
        super().__init__(
            folder,
            **cluster,
            GATEWAY_REPLICATION=str(len(self.kafka.nodes)),
            GATEWAY_SECRET=_SECRET,
            GATEWAY_BLOB_DIR=str(folder / "data" / "blobs"),
        )
        self.disk = Disk(folder / "disk.ext4", self.folder)
        self._place = folder
        if mutant:
            self.program = (MUTANTS_MODULE, mutant)
        self.extras: dict[str, list[subprocess.Popen[bytes]]] = {}
        """Role → workers beside the supervised one, each as if on a host of its own."""
        self._logs: dict[str, list[Path]] = {}
        self._known: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.disk.__enter__()
        if not self.disk.why:  # a broker on a full disk loses what it had: that is Kafka's, not ours to judge
            (self._place / "own-kafka").mkdir()
            (self.folder / "kafka").symlink_to(self._place / "own-kafka")
        try:
            return super().__enter__()
        except BaseException:
            self.disk.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        self.scale_down()
        try:
            super().__exit__()
        finally:
            if not self.disk.why:
                shutil.copytree(self.folder / "logs", self._place / "logs", dirs_exist_ok=True)
                shutil.copy(self.folder / "up.log", self._place / "logs")
            self.disk.__exit__()

    def facts(self) -> dict[str, Any]:
        """As run.json said last: people know where to write to while it is gone."""
        try:
            self._known = super().facts()
        except (OSError, ValueError):
            if not self._known:
                raise
        return self._known

    def pids(self) -> dict[str, int]:
        """As run.json says now; raises OSError, ValueError while it does not."""
        told = json.loads((self.folder / "run.json").read_text())
        return {entry["role"]: entry["pid"] for entry in told["processes"]}

    def logs(self) -> list[Path]:
        """Everything that the product's processes have said, those beside the supervised ones included."""
        own = [one for one in (self.folder / "logs").glob("*.log") if not one.name.startswith("sandbox")]
        return [
            *sorted(own),
            self.folder / "up.log",
            *sorted(self._place.glob("extra*.log")),
            *sorted(self._place.glob("extra*/*.log")),
        ]

    def missing(self) -> list[str]:
        """Roles that do not run."""
        return [role for role, pid in self.pids().items() if not runs(pid)]

    def until_back(self, role: str, before: int) -> bool:
        """Whether another process has the role within the time that this may take."""
        deadline = time.monotonic() + _BACK_SECONDS
        while not self.is_back(role, before) and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.is_back(role, before)

    def is_back(self, role: str, before: int) -> bool:
        """Whether another process has the role by now."""
        try:
            pid = self.pids()[role]
        except (OSError, ValueError, KeyError):
            return False
        return pid != before and runs(pid)

    def kill_pid(self, pid: int) -> bool:
        """SIGKILL by number, while run.json does not tell."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def end(self) -> None:
        """SIGKILL to what a start left behind that did not come up."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def kill9_and_wait(self, role: str) -> bool:
        """SIGKILL to one role, then until it works again: for a run that strikes nobody else."""
        begin = self.said(role)
        met = self.kill9(role)
        if met:
            self.until_said(role, b": ready", begin)
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

    @contextlib.contextmanager
    def stopped(self, role: str) -> Iterator[None]:
        """The role is dead, and its successor stands still, while this is open."""
        before = self.pids()[role]
        self.kill_pid(before)
        self.until_back(role, before)
        with self.frozen(role):  # it has not begun to read yet: the interpreter takes longer to start
            yield

    def twin(self, role: str) -> tuple[subprocess.Popen[bytes], Path]:
        """A second process of a role, with the very settings of the first; and where it speaks."""
        log = self._place / f"extra-twin-{role}-{time.monotonic_ns()}.log"
        env = {**self._env, **self.facts()["settings"]}
        return self._spawn(words_of(role), env, log), log

    def command(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """One command of the same gateway, mutants included."""
        env = {**self._env, "GATEWAY_DATA_DIR": str(self.folder)}
        command = [sys.executable, "-m", *self.program, *words]
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=seconds, check=False)

    def frozen_until_taken_over(self, role: str) -> None:
        """The role stands still until a worker beside it has begun anew on its partitions, and a moment longer."""
        before, deadline = self._openings(role), time.monotonic() + _TAKE_OVER_SECONDS
        with self.frozen(role):
            while self._openings(role) == before and time.monotonic() < deadline:
                time.sleep(0.2)
            time.sleep(_AT_WORK_SECONDS)

    def said(self, role: str) -> int:
        """How long its log is."""
        log = self.folder / "logs" / f"{role}.log"
        return log.stat().st_size if log.exists() else 0

    def until_said(self, role: str, words: bytes, begin: int) -> bool:
        """Whether it says these words, behind `begin` in its log, within the time that this may take."""
        log, deadline = self.folder / "logs" / f"{role}.log", time.monotonic() + _BACK_SECONDS
        while words not in log.read_bytes()[begin:]:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

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
        return self._spawn(words_of(role), env, log), log

    def _spawn(self, words: list[str], env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as output:
            command = [sys.executable, "-m", *self.program, *words]
            return subprocess.Popen(command, env=env, stdout=output, stderr=output, start_new_session=True)
