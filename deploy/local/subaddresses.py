"""`local+anything@domain` reaches `local` (RFC 5233), which GreenMail cannot: an SMTP front that rewrites the envelope.

Without it the answer to a letter, sent to the Reply-To with its token, would land in a mailbox nobody reads. The
message is passed on byte for byte; only the envelope recipient loses its detail. Confirmed when GreenMail has it.
"""

import asyncio
import smtplib

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.ports import LOOPBACK

PASS_ON_SECONDS = 10
LARGEST = 100 * 1024 * 1024


def without_detail(address: str) -> str:
    """The mailbox of an address: what stands between `+` and `@` is dropped."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


class SubaddressFront:
    """Listens on `port` in a thread of its own and passes everything on to the server on `behind`."""

    def __init__(self, port: int, behind: int) -> None:
        self._controller = Controller(_PassOn(behind), LOOPBACK, port, data_size_limit=LARGEST)

    def start(self) -> None:
        """Returns when it listens."""
        self._controller.start()

    def stop(self) -> None:
        """Ends it; nothing is kept here."""
        self._controller.stop(no_assert=True)


class _PassOn:
    """The hook that aiosmtpd calls; its name and answers are its contract."""

    def __init__(self, behind: int) -> None:
        self._behind = behind

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            await asyncio.to_thread(self._pass_on, envelope)
        except (smtplib.SMTPException, OSError) as error:
            return f"451 4.3.0 delivery is not possible now: {type(error).__name__}"
        return "250 2.0.0 queued"

    def _pass_on(self, envelope: Envelope) -> None:
        recipients = [without_detail(address) for address in envelope.rcpt_tos]
        with smtplib.SMTP(LOOPBACK, self._behind, timeout=PASS_ON_SECONDS) as server:
            server.sendmail(envelope.mail_from or "", recipients, envelope.original_content or b"")
