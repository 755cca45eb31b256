"""The whole gateway as a spawned process, with mail servers that keep their mail; killed and started again."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from deploy.local.dovecot import Dovecot
from deploy.local.exchanger import MailExchanger, ReceivedLetter

READY_SECONDS = 90.0
MAILBOX = "complaints"


class House:
    """`gateway up --sandbox` on `folder`. Use as a context manager; `kill9` and `start` may alternate."""

    program: Sequence[str] = ("gateway",)
    """The module that is the gateway, and words that come before its own."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder / "data"
        self._journal = folder / "received-mail.jsonl"
        self._settings = settings
        self._stack = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._begin = 0

    def operator(self) -> dict[str, str]:
        """Headers of whoever holds the token that `up` made."""
        return {"Authorization": f"Bearer {self.facts()['settings']['GATEWAY_OPERATOR_TOKEN']}"}

    def __enter__(self) -> Self:
        self.dovecot = self._stack.enter_context(Dovecot({MAILBOX: "secret"}))
        self.exchanger = self._stack.enter_context(MailExchanger(self.dovecot, self._journal))
        self._env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("GATEWAY_", "CHANNEL_"))
            },
            "CHANNEL_MAIL_IMAP_HOST": "127.0.0.1",
            "CHANNEL_MAIL_IMAP_PORT": str(self.dovecot.ports.imap),
            "CHANNEL_MAIL_IMAP_TLS": "none",
            "CHANNEL_MAIL_IMAP_USER": MAILBOX,
            "CHANNEL_MAIL_IMAP_PASSWORD": "secret",
            "CHANNEL_MAIL_SMTP_HOST": "127.0.0.1",
            "CHANNEL_MAIL_SMTP_PORT": str(self.exchanger.port),
            "CHANNEL_MAIL_SMTP_TLS": "none",
            "CHANNEL_MAIL_FROM_ADDRESS": f"{MAILBOX}@localhost",
            "GATEWAY_TRUSTED_PROXIES": '["127.0.0.1"]',  # customers come by a proxy, each from his own network
            "GATEWAY_LETTERS_PER_COUNTRY_DAY": "100000",  # the volume of this organisation
            **self._settings,
        }
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            self._stack.close()

    def start(self) -> None:
        """Start it and wait until it takes complaints in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        words = ["up", "--sandbox", "--data", str(self.folder), "--port", "0"]
        command = [sys.executable, "-m", *self.program, *words]
        with (self.folder / "up.log").open("ab") as log:
            self._begin = log.tell()
            self._process = subprocess.Popen(
                command, env=self._env, stdout=log, stderr=log, start_new_session=True
            )
        self.wait_ready()

    def wait_ready(self) -> None:
        """Until it says that everything is up; the end of its log when it does not come to that."""
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            if b"everything is up" in (self.folder / "up.log").read_bytes()[self._begin :]:
                return
            time.sleep(0.1)
        raise AssertionError(f"the gateway did not come up: {(self.folder / 'up.log').read_text()[-3000:]}")

    def facts(self) -> dict[str, Any]:
        """run.json."""
        facts: dict[str, Any] = json.loads((self.folder / "run.json").read_text())
        return facts

    def pids(self) -> dict[str, int]:
        """Role → process id, as run.json tells them now."""
        return {entry["role"]: entry["pid"] for entry in self.facts()["processes"]}

    def kill9(self, role: str) -> bool:
        """SIGKILL to one role, or to the supervisor, with which all others go; whether it met a living process."""
        if role == "supervisor":
            assert self._process is not None
            self._process.kill()
            self._process.wait()
            self._wait_gone(list(self.pids().values()))
            return True
        pid = self.pids()[role]
        if _zombie(pid):
            return False  # it was just being restarted
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def stop(self) -> None:
        """As Ctrl-C does; raises when it does not end in time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def command(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """One `gateway` command against this house, with its output; raises TimeoutExpired after `seconds`."""
        env = {**self._env, "GATEWAY_DATA_DIR": str(self.folder)}
        return subprocess.run(
            [sys.executable, "-m", "gateway", *words],
            env=env,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def received_mail(self) -> list[ReceivedLetter]:
        """What customers' mailboxes outside got."""
        return self.exchanger.letters()

    def _wait_gone(self, pids: list[int]) -> None:
        deadline = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() and not _zombie(pid) for pid in pids):
            assert time.monotonic() < deadline, "children outlived their supervisor"
            time.sleep(0.05)


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def victims(house: House, seed: int, kills: int) -> list[str]:
    """Who is killed, in order: every role and the supervisor at least once, then at random."""
    chance = random.Random(seed)
    roles = [*house.pids(), "supervisor"]
    chance.shuffle(roles)
    return roles + [chance.choice(roles) for _ in range(max(0, kills - len(roles)))]
