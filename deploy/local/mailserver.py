"""A mail server for this machine: GreenMail, real IMAP and SMTP, users and mail in memory.

`python -m deploy.local.mailserver --imap-port N --smtp-port N` runs it until it is told to stop. It accepts
mail for every address and makes the mailbox; a restart forgets all mail. An organisation's own server takes
its place by setting.
"""

import argparse
import imaplib
import os
import smtplib
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.local import java
from deploy.local.child import Child, wait_until_ready
from deploy.local.jars import fetch, one_at_a_time, read_list
from deploy.local.ports import LOOPBACK, free_ports, is_free
from deploy.local.serve import serve
from deploy.local.subaddresses import SubaddressFront
from schemas.errors import Misconfigured

HEAP_MB = 96
READY_SECONDS = 30.0
DEFAULT_USERS = "complaints:complaints,customer:customer,anna:anna,boris:boris"


@dataclass(frozen=True)
class MailUser:
    """A mailbox `name@domain`; he logs in with the name alone."""

    name: str
    password: str


class MailServer:
    """GreenMail on two loopback ports (IMAP, SMTP), ready when its first user has logged in.

    SMTP goes through a front that knows subaddresses.
    """

    def __init__(self, data: Path, ports: tuple[int, int], users: list[MailUser], domain: str) -> None:
        self._data = data.resolve()
        self._ports = dict(zip(("--imap-port", "--smtp-port"), ports, strict=True))
        self._users = users
        self._domain = domain
        self._inner_smtp = free_ports(1)[0]
        self._front = SubaddressFront(ports[1], self._inner_smtp)
        self._child: Child | None = None

    def start(self) -> None:
        """Fetches what is missing, starts it and waits; raises Unavailable or Misconfigured."""
        for setting, port in self._ports.items():
            if not is_free(port):
                raise Misconfigured(setting, f"{port} is in use; stop what listens there or choose another")
        folder = prepare()
        options = tuple(f"-Dgreenmail.{name}={value}" for name, value in self._options().items())
        arguments = [
            *java.command(folder, HEAP_MB, options),
            "com.icegreen.greenmail.standalone.GreenMailStandaloneRunner",
        ]
        log = self._data / "mailserver.log"
        self._child = Child("the mail server", arguments, log, env=java.environment())
        wait_until_ready(self._child, self._answers, READY_SECONDS)
        self._front.start()

    def stop(self) -> None:
        """Ends it; what it held is gone."""
        self._front.stop()
        if self._child:
            self._child.stop()

    def wait(self) -> str:
        """Waits until it ends by itself and returns its last words."""
        assert self._child is not None
        while self._child.exit_code() is None:
            time.sleep(0.2)
        return self._child.last_words()

    def _options(self) -> dict[str, str]:
        users = ",".join(f"{user.name}:{user.password}@{self._domain}" for user in self._users)
        return {
            "imap.hostname": LOOPBACK,
            "imap.port": str(self._ports["--imap-port"]),
            "smtp.hostname": LOOPBACK,
            "smtp.port": str(self._inner_smtp),
            "users": users,
            "users.login": "local_part",
        }

    def _answers(self) -> bool:
        """A real login: the port opens a moment before the users exist."""
        user = self._users[0]
        try:
            with imaplib.IMAP4(LOOPBACK, self._ports["--imap-port"], timeout=2) as connection:
                connection.login(user.name, user.password)
            with smtplib.SMTP(LOOPBACK, self._inner_smtp, timeout=2):
                return True
        except (imaplib.IMAP4.error, smtplib.SMTPException, OSError):
            return False


def prepare() -> Path:
    """Brings the jar and the runtime's class archive, once for this machine; returns the folder."""
    jar_set = read_list("greenmail")
    fetch(jar_set)
    folder = jar_set.folder
    with one_at_a_time(java.base_archive(folder)):
        if not java.base_archive(folder).exists():
            java.make_base_archive(folder)
    return folder


def parse_users(text: str) -> list[MailUser]:
    """`name:password,name:password`, the first one being the complaints mailbox."""
    pairs = [entry.strip().partition(":") for entry in text.split(",") if entry.strip()]
    if not pairs or any(not name or not password for name, _, password in pairs):
        raise argparse.ArgumentTypeError("write the users as name:password,name:password")
    return [MailUser(name, password) for name, _, password in pairs]


def main(arguments: list[str] | None = None) -> int:
    """Runs until it is told to stop; the exit code is that of `serve`."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.mailserver", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder for its log")
    parser.add_argument("--imap-port", type=int, required=True, help="port for IMAP, on 127.0.0.1")
    parser.add_argument("--smtp-port", type=int, required=True, help="port for SMTP, on 127.0.0.1")
    parser.add_argument("--domain", default="localhost", help="domain of the mailboxes (default localhost)")
    users = os.environ.get("SANDBOX_MAIL_USERS", DEFAULT_USERS)
    parser.add_argument(
        "--users", type=parse_users, default=users, help="name:password,… (or SANDBOX_MAIL_USERS)"
    )
    chosen = parser.parse_args(arguments)
    server = MailServer(chosen.data, (chosen.imap_port, chosen.smtp_port), chosen.users, chosen.domain)
    where = f"on IMAP {LOOPBACK}:{chosen.imap_port} and SMTP {LOOPBACK}:{chosen.smtp_port}"
    return serve("mailserver", server, f"{where}; mail is kept in memory and is gone when it stops")


if __name__ == "__main__":
    sys.exit(main())
