"""Mail that lies in a mailbox and was not collected yet: people wait from its arrival there, not from ours."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from channels.contract import Uncollected
from channels.mail.fetching import dated
from channels.mail.login import open_session
from channels.mail.mark import Mark
from channels.mail.oauth import Tokens
from channels.mail.settings import Mailbox, MailSettings
from channels.mail.troubles import talking
from schemas.errors import GatewayError


async def look(settings: MailSettings, positions: Mapping[str, str]) -> AsyncIterator[Uncollected]:
    """Each mailbox that was read before, by a connection of its own; what cannot be seen is said."""
    if settings.imap_host:
        for mailbox in settings.every_mailbox():
            if position := positions.get(mailbox.address):
                yield await asyncio.to_thread(_mailbox, settings, mailbox, position)


def _mailbox(settings: MailSettings, mailbox: Mailbox, position: str) -> Uncollected:
    try:
        with talking(mailbox.address):
            count, oldest = _behind(settings, mailbox, Mark.read(position))
    except GatewayError as error:
        return Uncollected(mailbox.address, trouble=str(error))
    return Uncollected(mailbox.address, count, oldest)


def _behind(settings: MailSettings, mailbox: Mailbox, mark: Mark) -> tuple[int, datetime | None]:
    session = open_session(settings, mailbox, Tokens(settings, mailbox))
    try:
        if mark.uidvalidity != session.uidvalidity:
            mark = mark.anew(session.uidvalidity)
        uids = session.uids_from(mark.uid + 1)
        oldest = session.fetch(uids[:1], "HEADER") if uids else {}
    finally:
        session.close()
    dates = [dated(items) for items in oldest.values()]
    return len(uids), next((date for date in dates if date), None)
