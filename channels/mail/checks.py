"""What `gateway doctor` asks of the mailboxes and of the server that sends: a login, a count, a greeting."""

import asyncio
from collections.abc import AsyncIterator

from channels.contract import Deployment, Finding
from channels.keeping import Keep
from channels.mail.login import open_session
from channels.mail.oauth import Tokens, keep_of
from channels.mail.settings import Mailbox, MailSettings
from channels.mail.smtp import SmtpPool
from schemas.errors import GatewayError


async def check(settings: MailSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for each mailbox, one for the way out."""
    if settings.imap_host:
        for mailbox in settings.every_mailbox():
            tokens = Tokens(settings, mailbox, keep_of(deployment))
            yield await asyncio.to_thread(_mailbox, settings, mailbox, tokens)
    if settings.smtp_host:
        yield await _smtp(settings, keep_of(deployment))


def _mailbox(settings: MailSettings, mailbox: Mailbox, tokens: Tokens) -> Finding:
    what = f"mailbox {mailbox.address}"
    try:
        session = open_session(settings, mailbox, tokens)
        try:
            count = len(session.uids_from(1))
        finally:
            session.close()
    except GatewayError as error:
        return Finding(what, False, str(error))
    return Finding(what, True, f"logged in to {settings.imap_host}; {count} mails in {mailbox.folder}")


async def _smtp(settings: MailSettings, keep: Keep) -> Finding:
    what = f"sending by {settings.smtp_host}:{settings.smtp_port}"
    pool = SmtpPool(settings, keep)
    try:
        async with pool.line():
            return Finding(what, True, f"answers; letters come from {settings.sender_address}")
    except GatewayError as error:
        return Finding(what, False, str(error))
    finally:
        await pool.close()
