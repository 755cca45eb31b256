"""Mail that lies in a mailbox and was not collected yet: people wait from its arrival there, not from ours."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from channels.contract import Deployment, Uncollected
from channels.mail.fetching import dated
from channels.mail.imap import ImapSession
from channels.mail.login import open_session
from channels.mail.mark import Mark
from channels.mail.oauth import Tokens, keep_of
from channels.mail.settings import Mailbox, MailSettings
from channels.mail.troubles import talking
from schemas.errors import GatewayError


async def look(
    settings: MailSettings, deployment: Deployment, positions: Mapping[str, str]
) -> AsyncIterator[Uncollected]:
    """Each mailbox that was read before, by a connection of its own; what cannot be seen is said."""
    if settings.imap_host:
        for mailbox in settings.every_mailbox():
            if position := positions.get(mailbox.address):
                tokens = Tokens(settings, mailbox, keep_of(deployment))
                yield await asyncio.to_thread(_mailbox, settings, mailbox, tokens, position)


def _mailbox(settings: MailSettings, mailbox: Mailbox, tokens: Tokens, position: str) -> Uncollected:
    try:
        with talking(mailbox.address):
            count, oldest = _behind(open_session(settings, mailbox, tokens), Mark.read(position))
    except GatewayError as error:
        return Uncollected(mailbox.address, trouble=str(error))
    return Uncollected(mailbox.address, count, oldest)


def _behind(session: ImapSession, mark: Mark) -> tuple[int, datetime | None]:
    try:
        if mark.uidvalidity != session.uidvalidity:
            mark = mark.anew(session.uidvalidity)
        uids = session.uids_from(mark.uid + 1)
        oldest = session.fetch(uids[:1], "HEADER") if uids else {}
    finally:
        session.close()
    dates = [dated(items) for items in oldest.values()]
    return len(uids), next((date for date in dates if date), None)
