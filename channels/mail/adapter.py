"""Mailboxes as sources: what came after a mark, oldest first, until told to stop.

Mail stays on the server until the collector confirms it. The mark is a high-water mark; what the server
still shows below it without $Accepted (a crash came between, or the server let a UID appear late) is handed
over once more, and its identity makes that harmless.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar

from channels.contract import Collected, Deployment, Inbound, Look
from channels.keeping import Keep
from channels.mail.fetching import Fetched, fetch, next_of, portions
from channels.mail.imap import ImapSession
from channels.mail.login import open_session
from channels.mail.mark import Mark
from channels.mail.marking import Unmarked
from channels.mail.oauth import NOWHERE, Tokens, keep_of
from channels.mail.one_thread import OneThread
from channels.mail.settings import Mailbox, MailSettings
from schemas.errors import Refused, Unavailable

LOG = logging.getLogger(__name__)
AUDIT_SECONDS = 600.0
CLOSE_SECONDS = 5.0
MEDIA_TYPE = "message/rfc822"
STUCK_SECONDS = 900.0
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """How a mailbox does. `server_count`: mails of ours in the folder; `taken`: those that were handed over.

    The two differ for long only when something is wrong; `trouble` says what, in a sentence.
    """

    last_success: datetime | None = None
    server_count: int = 0
    taken: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """What `confirm` needs to find the mail again."""

    uidvalidity: int
    uid: int


class MailSource:
    """One mailbox as a Source. `account` is our address; `begin` tells where the very first start stands."""

    def __init__(self, settings: MailSettings, mailbox: Mailbox, keep: Keep = NOWHERE) -> None:
        self.account = mailbox.address
        self.health = Health()
        self.look = Look(every=settings.poll_seconds)
        self._settings = settings
        self._mailbox = mailbox
        self._facts = settings.facts(mailbox.address)
        self._tokens = Tokens(settings, mailbox, keep)
        self._thread = OneThread(f"mail-{mailbox.address}")
        self._session: ImapSession | None = None
        self._opening = asyncio.Lock()
        self._handed: set[int] = set()
        self._deaths: Counter[int] = Counter()
        self._unmarked = Unmarked()

    async def begin(self) -> str:
        """Where the first start stands: at the newest mail, or before the oldest with `backfill`."""
        session = await self._open()
        return self._first_mark(session).position

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Mail after `position`, oldest first, for ever; raises Unavailable and Misconfigured."""
        try:
            session = await self._open()
            mark = Mark.read(position) if position else self._first_mark(session)
            if mark.uidvalidity != session.uidvalidity:
                LOG.warning("UIDVALIDITY of %s changed: everything in it is looked at again", self.account)
                mark = mark.anew(session.uidvalidity)
            audit_at = 0.0
            while True:
                async for mail in self._fetched(session, session.uids_from, mark.uid + 1):
                    mark = mark.at(mail.uid)
                    self._count(server=1, taken=1)
                    yield self._collected(mail, mark)
                if time.monotonic() >= audit_at:
                    audit_at = time.monotonic() + AUDIT_SECONDS
                    async for mail in self._fetched(session, self._left_behind, session, mark):
                        self._count(server=0, taken=1)
                        yield self._collected(mail, mark)
                await self._mark(session)
                trouble = self._unmarked.trouble or session.notice
                self.look = Look(datetime.now(UTC), self._settings.poll_seconds, trouble)
                self.health = replace(self.health, last_success=self.look.at, trouble=trouble)
                await self._run(session.wait, self._settings.poll_seconds, self._thread.others_wait)
        except Exception as error:
            self.health = replace(self.health, trouble=str(error))
            raise
        finally:
            self._drop()

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Mark as accepted on the server; what belongs to an earlier UIDVALIDITY is nobody's any more.

        A server that refuses the mark (over quota, no right) is asked again later: the mail is durable, and
        remembered as such.
        """
        for one in collected:
            self._unmarked.add(one.token.uidvalidity, [one.token.uid])
        session = self._session or await self._open()
        self._handed.difference_update(
            one.token.uid for one in collected if one.token.uidvalidity == session.uidvalidity
        )
        await self._mark(session)

    async def _mark(self, session: ImapSession) -> None:
        """Mark what is due; raises Unavailable when the connection does not live."""
        uids = self._unmarked.due(session.uidvalidity)
        if uids:
            try:
                await self._run(session.accept, uids)
            except Refused as error:
                self._unmarked.refused(str(error))
                LOG.warning("%s", self._unmarked.trouble)
            else:
                self._unmarked.marked(uids)

    async def aclose(self) -> None:
        """Log out, or cut the line when the server does not answer."""
        session, self._session = self._session, None
        if session is not None:
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._thread.run(session.close)
            except TimeoutError:
                session.cut()
        self._thread.close()

    async def _open(self) -> ImapSession:
        async with self._opening:
            if self._session is None:
                opened = await self._run(open_session, self._settings, self._mailbox, self._tokens)
                self._session = opened
                self._handed.clear()
            return self._session

    async def _run(self, job: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """In the mailbox's thread, but not for ever: a server may send a byte now and then within every other bound."""
        try:
            async with asyncio.timeout(STUCK_SECONDS + self._settings.poll_seconds):
                return await self._thread.run(job, *args, **kwargs)
        except TimeoutError as error:
            self._thread.close()
            self._thread = OneThread(f"mail-{self.account}")
            raise Unavailable(f"the mailbox {self.account}: the server does not come to an end") from error

    def _drop(self) -> None:
        """Never use a connection again after trouble; whoever waits on it returns at once."""
        session, self._session = self._session, None
        if session is not None:
            session.cut()
            self._thread.later(session.close)

    def _first_mark(self, session: ImapSession) -> Mark:
        return Mark.start(session.uidvalidity, session.uidnext, datetime.now(UTC), self._settings.backfill)

    async def _fetched(
        self, session: ImapSession, listing: Callable[P, list[int]], *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[Fetched]:
        """What `listing` names, fetched in the thread, a handful of mails at a time."""
        for uids in portions(await self._run(listing, *args, **kwargs)):
            batches = fetch(session, uids, self._deaths)
            while batch := await self._run(next_of, batches):
                for mail in batch:
                    yield mail

    def _left_behind(self, session: ImapSession, mark: Mark) -> list[int]:
        """Count what the server has against what was taken; returns what was not."""
        present = session.uids_from(mark.floor)
        known = self._unmarked
        waiting = [
            uid for uid in present if uid not in self._handed and (session.uidvalidity, uid) not in known
        ]
        if session.keeps_keywords:
            accepted = session.accepted_from(mark.floor)
            waiting = [uid for uid in waiting if uid not in accepted]
        elif not session.moves_away:
            waiting = [uid for uid in waiting if uid > mark.uid]
        self.health = replace(self.health, server_count=len(present), taken=len(present) - len(waiting))
        left = [uid for uid in waiting if uid <= mark.uid]
        if left:
            LOG.warning(
                "%s: %d mails below the mark are not marked as taken: once more", self.account, len(left)
            )
        return left

    def _count(self, server: int, taken: int) -> None:
        health = self.health
        self.health = replace(health, server_count=health.server_count + server, taken=health.taken + taken)

    def _collected(self, mail: Fetched, mark: Mark) -> Collected:
        self._handed.add(mail.uid)
        facts = {
            **self._facts,
            "uid": str(mail.uid),
            "uidvalidity": str(mark.uidvalidity),
            "internaldate": mail.internaldate.isoformat(),
            "backfill": "1" if mark.is_history(mail.uid, mail.internaldate) else "",
            "unfetched": mail.trouble,
        }
        inbound = Inbound(
            raw=mail.raw,
            media_type=MEDIA_TYPE,
            account=self.account,
            received_at=mail.internaldate,
            facts={key: value for key, value in facts.items() if value},
        )
        return Collected(inbound, mark.position, Token(mark.uidvalidity, mail.uid))


def build_sources(settings: MailSettings, deployment: Deployment) -> Sequence[MailSource]:
    """One source for each mailbox; none when only letters are to be sent."""
    if not settings.imap_host:
        return ()
    return tuple(MailSource(settings, mailbox, keep_of(deployment)) for mailbox in settings.every_mailbox())
