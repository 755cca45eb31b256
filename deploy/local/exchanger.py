"""The mail exchanger around `Dovecot` in tests: delivers our mail, keeps what customers receive.

Needs the development dependency aiosmtpd; `gateway up` does not use it.
"""

import asyncio
import base64
import smtplib
import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.local.dovecot import Dovecot
from deploy.local.ports import LOOPBACK, free_ports
from deploy.sandbox.journal import Journal

LMTP_SECONDS = 10


@dataclass(frozen=True)
class ReceivedLetter:
    """A mail that left for somebody outside: the envelope and the exact bytes."""

    mail_from: str
    recipient: str
    content: bytes
    at: float


class MailExchanger:
    """SMTP with STARTTLS and AUTH on a loopback port, in a thread of this process.

    Mail for `domain` goes to Dovecot by LMTP: 550 for a mailbox it does not have, 451 while LMTP is away.
    Mail for any other domain counts as received by that customer, on disk before the 250 (`letters()`),
    except for `refused` addresses, which get a 550. Relaying needs no login; a wrong login is a 535.
    """

    def __init__(
        self, dovecot: Dovecot, journal: Path, domain: str = "localhost", refused: Collection[str] = ()
    ) -> None:
        self.port = free_ports(1)[0]
        self._journal = Journal(journal)
        handler = _Exchange(dovecot, self._journal, domain, refused)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(dovecot.folder / "cert.pem", dovecot.folder / "key.pem")
        self._handler, self._context = handler, context
        self._controller: Controller | None = None

    def __enter__(self) -> "MailExchanger":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._journal.close()

    def start(self) -> None:
        """Listens, on the same port every time."""
        self._controller = Controller(
            self._handler, LOOPBACK, self.port, tls_context=self._context,
            authenticator=self._handler.authenticate,
        )  # fmt: skip
        self._controller.start()

    def stop(self) -> None:
        """Refuses connections until `start`."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()

    def letters(self) -> list[ReceivedLetter]:
        """What customers received so far, in order."""
        return [
            ReceivedLetter(e["mail_from"], e["recipient"], base64.b64decode(e["content"]), e["at"])
            for e in self._journal.entries()
        ]


class _Exchange:
    """The hooks that aiosmtpd calls; their names and answers are its contract."""

    def __init__(self, dovecot: Dovecot, journal: Journal, domain: str, refused: Collection[str]) -> None:
        self._dovecot = dovecot
        self._journal = journal
        self._domain = domain
        self._refused = refused

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mailbox = address.partition("@")[0].partition("+")[0]
        if address in self._refused or (self._is_ours(address) and mailbox not in self._dovecot.users):
            return f"550 5.1.1 <{address}>: no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            await asyncio.to_thread(self._deliver, envelope)
        except (smtplib.SMTPException, OSError) as error:
            return f"451 4.3.0 delivery is not possible now: {type(error).__name__}"
        return "250 2.0.0 queued"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        known = isinstance(data, LoginPassword) and (
            self._dovecot.users.get(data.login.decode()) == data.password.decode()
        )
        return AuthResult(
            success=known, handled=False
        )  # handled=True would leave a wrong login without an answer

    def _deliver(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        sender = envelope.mail_from or ""
        if ours := [address for address in envelope.rcpt_tos if self._is_ours(address)]:
            with smtplib.LMTP(LOOPBACK, self._dovecot.ports.lmtp) as lmtp:
                lmtp.sendmail(sender, ours, content)
        for address in envelope.rcpt_tos:
            if not self._is_ours(address):
                self._record(sender, address, content)

    def _record(self, sender: str, recipient: str, content: bytes) -> None:
        text = base64.b64encode(content).decode()
        self._journal.append(
            {"mail_from": sender, "recipient": recipient, "content": text, "at": time.time()}
        )

    def _is_ours(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() == self._domain
