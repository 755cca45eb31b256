"""Mail that lies in a mailbox and was not collected yet: people wait from its arrival there, not from ours."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from channels.contract import Uncollected
from channels.mail.imap import open_session
from channels.mail.mark import Mark
from channels.mail.oauth import Tokens
from channels.mail.settings import Mailbox, MailSettings
from schemas.errors import GatewayError


async def look(settings: MailSettings, positions: Mapping[str, str]) -> AsyncIterator[Uncollected]:
    """Each mailbox that was read before, by a connection of its own; what cannot be seen is said."""
    if settings.imap_host:
        for mailbox in settings.every_mailbox():
            if position := positions.get(mailbox.address):
                yield await asyncio.to_thread(_mailbox, settings, mailbox, position)


def _mailbox(settings: MailSettings, mailbox: Mailbox, position: str) -> Uncollected:
    try:
        mark = Mark.read(position)
        session = open_session(settings, mailbox, Tokens(settings, mailbox))
        try:
            if mark.uidvalidity != session.uidvalidity:
                mark = mark.anew(session.uidvalidity)
            uids = session.uids_from(mark.uid + 1)
            oldest = session.fetch(uids[:1], "HEADER") if uids else {}
        finally:
            session.close()
    except GatewayError as error:
        return Uncollected(mailbox.address, trouble=str(error))
    dates = [items.get(b"INTERNALDATE") for items in oldest.values()]
    since = next((date.astimezone(UTC) for date in dates if isinstance(date, datetime)), None)
    return Uncollected(mailbox.address, len(uids), since)
