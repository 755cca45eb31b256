"""The whole way of a mail as real processes: Dovecot, collector, Kafka, stages, and an SMTP server for the answers."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import psutil

from deploy.local.dovecot import NOBODY, Dovecot
from deploy.local.exchanger import MailExchanger, ReceivedLetter
from deploy.local.kafka import LocalKafka
from tests.integration.mail_wire.mailboxes import ADDRESS, PASSWORD, USER

ROLES: Mapping[str, Sequence[str]] = {
    "collect": ("collect",),
    "normalise": ("work", "normalise"),
    "triage": ("work", "triage"),
    "letters": ("work", "letters"),
}
READY_SECONDS = 90.0


class MailHouse:
    """Each role is the command that production runs. Use as a context manager; `folder` keeps data and logs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._delivered = 0

    def __enter__(self) -> Self:
        try:
            self._furnish()
            for role in ROLES:
                self._start(role)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(30)
        self._stack.close()

    def deliver(self, mails: Sequence[bytes]) -> None:
        """Into the mailbox as a mail server does it (maildir(5)): nothing is refused for what it holds."""
        box = self.dovecot.folder / "mail" / USER
        for mail in mails:
            self._delivered += 1
            name = f"{int(time.time())}.M{self._delivered:06}.bench"
            (box / "tmp" / name).write_bytes(mail)
            if os.getuid() == 0:
                os.chown(box / "tmp" / name, NOBODY, NOBODY)
            (box / "tmp" / name).rename(box / "new" / name)

    def letters(self) -> list[ReceivedLetter]:
        """What left for customers."""
        return self.exchanger.letters()

    def cpu_seconds(self) -> dict[str, float]:
        """User and system time of each role so far, and of what is not ours beside them."""
        used = {role: _cpu(process.pid) for role, process in self._processes.items()}
        return {**used, "kafka": sum(map(_cpu, self.kafka.pids.values())), "dovecot": _cpu(self.dovecot.pid)}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One `gateway` command against this house, with its output."""
        command = [sys.executable, "-m", "gateway", *words]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=120, check=False
        )

    def _furnish(self) -> None:
        self.kafka = self._stack.enter_context(LocalKafka(self.folder / "kafka"))
        self.dovecot = self._stack.enter_context(Dovecot({USER: PASSWORD}))
        self.exchanger = self._stack.enter_context(
            MailExchanger(self.dovecot, self.folder / "received.jsonl")
        )
        ours = ("GATEWAY_", "CHANNEL_", "WORKERS_")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "GATEWAY_DATA_DIR": str(self.folder / "data"),
            "GATEWAY_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "CHANNEL_MAIL_ADDRESS": ADDRESS,
            "CHANNEL_MAIL_IMAP_HOST": "localhost",
            "CHANNEL_MAIL_IMAP_PORT": str(self.dovecot.ports.imaps),
            "CHANNEL_MAIL_IMAP_USER": USER,
            "CHANNEL_MAIL_IMAP_PASSWORD": PASSWORD,
            "CHANNEL_MAIL_SMTP_HOST": "localhost",
            "CHANNEL_MAIL_SMTP_PORT": str(self.exchanger.port),
            "CHANNEL_MAIL_CA_FILE": str(self.dovecot.ca_file),
        }
        made = self.command("topics", "apply")
        assert made.returncode == 0, made.stderr

    def _start(self, role: str) -> None:
        log = self.folder / f"{role}.log"
        with log.open("wb") as said:
            self._processes[role] = process = subprocess.Popen(
                [sys.executable, "-m", "gateway", *ROLES[role]],
                env=self._environment,
                stdout=said,
                stderr=said,
            )
        deadline = time.monotonic() + READY_SECONDS
        while b": ready" not in log.read_bytes():
            assert process.poll() is None, log.read_text()[-3000:]
            assert time.monotonic() < deadline, f"{role} is not ready: {log.read_text()[-3000:]}"
            time.sleep(0.1)


def _cpu(pid: int | None) -> float:
    """Of a process and its living children; 0 for one that is gone."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)
