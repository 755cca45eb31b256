"""A complaint of the house's own making, sent by mail to one of our mailboxes, as anybody would."""

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from channels.contract import Deployment, Probe
from channels.mail.oauth import keep_of
from channels.mail.settings import MailSettings, name
from channels.mail.smtp import SmtpPool
from schemas.errors import Misconfigured, Unavailable


async def enter(settings: MailSettings, deployment: Deployment, probe: Probe) -> None:
    """Send it through our own mail server; several mailboxes take turns. Nobody reads the sender's address.

    Raises Unavailable when the server does not take it, Misconfigured when there is no mailbox or no way out.
    """
    if not settings.smtp_host or not settings.imap_host:
        raise Misconfigured(
            name("smtp_host"), "a synthetic complaint by mail needs a way out, and CHANNEL_MAIL_IMAP_HOST"
        )
    boxes = settings.every_mailbox()
    mailbox = boxes[int(probe.nonce, 16) % len(boxes)].address
    sender = f"probe-{probe.nonce}@{mailbox.rpartition('@')[2]}"
    pool = SmtpPool(settings, keep_of(deployment))
    try:
        async with pool.line() as line:
            await line.client.sendmail(sender, [mailbox], composed(probe, sender, mailbox, datetime.now(UTC)))
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable(
            f"{settings.smtp_host} did not take it: {str(error) or type(error).__name__}"
        ) from error
    finally:
        await pool.close()


def composed(probe: Probe, sender: str, mailbox: str, at: datetime) -> bytes:
    """The mail as bytes: plain words in 7 bits, so that the mark stands in them as it is."""
    mail = EmailMessage(policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, mailbox, probe.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<probe.{probe.nonce}@{mailbox.rpartition('@')[2]}>"
    mail.set_content(probe.text, cte="7bit")
    return mail.as_bytes()
