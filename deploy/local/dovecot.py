"""A mail server for tests that keeps its mail: Dovecot, with IMAP, IMAP over TLS, LMTP and OAuth tokens.

Needs the system's Dovecot (2.3) and the development dependency trustme; `gateway up` uses neither.
"""

import grp
import imaplib
import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import trustme

from deploy.local.child import Child, wait_until_ready
from deploy.local.ports import LOOPBACK, free_ports
from schemas.errors import Misconfigured

NOBODY = 65534
READY_SECONDS = 40.0
CURE = "Dovecot is not installed; install it with: apt install dovecot-imapd dovecot-lmtpd"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
recipient_delimiter = +
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%n
mail_fsync = never
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {ports.lmtp}
  }}
}}
service stats {{
  chroot =
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = passwd-file
  mechanisms = xoauth2 oauthbearer
  args = scheme=PLAIN username_format=%n {folder}/tokens
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%n {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%n {folder}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Processed {{
    auto = create
  }}
}}
protocol lmtp {{
  auth_username_format = %n
}}
"""


@dataclass(frozen=True)
class MailPorts:
    """Where it listens on 127.0.0.1."""

    imap: int
    imaps: int
    lmtp: int


class Dovecot:
    """A Dovecot with the mailboxes in `users` (name → password); `token` opens each of them by XOAUTH2.

        with Dovecot({"complaints": "secret"}) as dovecot:
            tls = ssl.create_default_context(cafile=dovecot.ca_file)
            IMAPClient("localhost", dovecot.ports.imaps, ssl_context=tls)

    Mail survives `stop`, `kill9` and `start`; `close` (the end of `with`) removes the folder. The certificate
    is for `localhost`. It runs as the current user, as nobody when that is root. Logins are bare names;
    addresses are `name@anything`, `name+detail@anything` as well.
    """

    def __init__(self, users: dict[str, str], token: str = "token-for-tests") -> None:
        if missing := missing_dovecot():
            raise Misconfigured("PATH", missing)
        self.users = users
        self.token = token
        self.ports = MailPorts(*free_ports(3))
        self.folder = Path(
            tempfile.mkdtemp(prefix="dovecot-")
        )  # short: it holds Unix sockets; readable for nobody
        self.ca_file = self.folder / "ca.pem"
        self._child: Child | None = None
        self._write_folder()

    def __enter__(self) -> "Dovecot":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the master, None while it is down."""
        return self._child.pid if self._child and self._child.exit_code() is None else None

    def start(self) -> None:
        """Starts it and waits for a real login."""
        command = [_executable() or "", "-F", "-c", str(self.folder / "dovecot.conf")]
        self._child = Child("Dovecot", command, self.folder / "dovecot.log", _privileges())
        wait_until_ready(self._child, self._logs_in, READY_SECONDS)

    def stop(self) -> None:
        """A clean stop: clients with an open session see BYE within ten seconds."""
        if self._child:
            self._child.stop()

    def kill9(self) -> None:
        """SIGKILL to the master and all sessions at once."""
        if self._child:
            self._child.kill9()

    def close(self) -> None:
        """Ends it and removes its folder, mail included."""
        self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)

    def reset_uidvalidity(self, user: str) -> None:
        """Gives a mailbox that no client has open another UIDVALIDITY; its UIDs start at 1 again.

        Its index is deleted, and the next number is written down: Dovecot takes the clock's second, which can
        be the old one again.
        """
        mailbox = self.folder / "mail" / user
        header = (mailbox / "dovecot-uidlist").read_text().split()
        for file in mailbox.glob("dovecot*"):
            file.unlink()
        fresh = mailbox / "dovecot-uidlist"
        fresh.write_text(f"3 V{int(header[1].removeprefix('V')) + 1} N1\n")
        os.chown(fresh, *_identity())

    def stored(self, user: str) -> list[bytes]:
        """The mails in the user's inbox, as they lie on the disk."""
        box = self.folder / "mail" / user
        return [mail.read_bytes() for part in ("new", "cur") for mail in sorted((box / part).glob("*"))]

    def _logs_in(self) -> bool:
        name, password = next(iter(self.users.items()))
        try:
            with imaplib.IMAP4(LOOPBACK, self.ports.imap, timeout=2) as connection:
                connection.login(name, password)
            return True
        except (imaplib.IMAP4.error, OSError):
            return False

    def _write_folder(self) -> None:
        uid, gid = _identity()
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost", LOOPBACK)
        authority.cert_pem.write_to_path(self.ca_file)
        certificate.private_key_pem.write_to_path(self.folder / "key.pem")
        certificate.cert_chain_pems[0].write_to_path(self.folder / "cert.pem")
        owner = f"{uid}:{gid}::{self.folder}/mail"
        self._write(
            "users", "".join(f"{n}:{{PLAIN}}{word}:{owner}/{n}::\n" for n, word in self.users.items())
        )
        self._write("tokens", "".join(f"{name}:{{PLAIN}}{self.token}\n" for name in self.users))
        names = {"user": pwd.getpwuid(uid).pw_name, "group": grp.getgrgid(gid).gr_name}
        self._write("dovecot.conf", CONFIGURATION.format(folder=self.folder, ports=self.ports, **names))
        self._write("dovecot.log", "")
        (self.folder / "mail").mkdir()
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, uid, gid)

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


def missing_dovecot() -> str | None:
    """The sentence that says what to install, None when Dovecot is here."""
    return None if _executable() else CURE


def _executable() -> str | None:
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def _identity() -> tuple[int, int]:
    return (NOBODY, NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())


def _privileges() -> list[str]:
    return [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.getuid() == 0 else []
