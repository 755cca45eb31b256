"""A real Postfix that takes our letters and bounces them later, as a provider's server does (RFC 3464)."""

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from deploy.local.dovecot import Dovecot
from deploy.local.ports import LOOPBACK, free_ports

DAEMONS = Path("/usr/lib/postfix/sbin")
READY_SECONDS = 60.0
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.customer.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
local_recipient_maps =
default_transport = error:5.4.4 no route in this test
transport_maps = texthash:{folder}/transport
virtual_alias_maps = regexp:{folder}/virtual
smtpd_reject_unlisted_recipient = no
smtpd_tls_security_level = none
"""
MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """SMTP on `port`. Mail for a domain in `refusing` (domain → enhanced code and text) is accepted, then bounced.

    Mail for localhost and customer.example goes to Dovecot, which refuses mailboxes that it does not have;
    `bounce+anything` is the mailbox `mailbox`. Use as a context manager.
    """

    def __init__(self, dovecot: Dovecot, mailbox: str, refusing: dict[str, str]) -> None:
        self.port = free_ports(1)[0]
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self.folder.chmod(0o755)
        (self.folder / "queue").mkdir()
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix", "postfix")
        files = {
            "main.cf": MAIN.format(folder=self.folder, daemons=DAEMONS),
            "master.cf": MASTER.format(port=self.port),
            "transport": "".join(f"{domain} error:{says}\n" for domain, says in refusing.items())
            + "".join(
                f"{domain} lmtp:inet:{LOOPBACK}:{dovecot.ports.lmtp}\n"
                for domain in ("localhost", "customer.example")
            ),
            "virtual": f"/^bounce\\+.*@localhost$/ {mailbox}@localhost\n",
        }
        for name, text in files.items():
            (self.folder / name).write_text(text)

    def __enter__(self) -> Self:
        self._say("start")
        deadline = time.monotonic() + READY_SECONDS
        while not self._greets():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._say("stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What it says of itself."""
        log = self.folder / "log"
        return log.read_text() if log.exists() else "no log"

    def _say(self, word: str) -> None:
        command = ["postfix", "-c", str(self.folder), word]
        said = subprocess.run(command, capture_output=True, text=True, timeout=READY_SECONDS, check=False)
        assert said.returncode == 0, said.stderr + self.log()

    def _greets(self) -> bool:
        try:
            with smtplib.SMTP(LOOPBACK, self.port, timeout=5) as smtp:
                return smtp.noop()[0] == 250
        except OSError:
            return False


def missing_postfix() -> str | None:
    """Why there is none, None when there is."""
    if os.getuid() != 0:
        return "Postfix starts only as root"
    if not (DAEMONS / "master").exists():
        return "Postfix is not installed; install it with: apt install postfix"
    return None
