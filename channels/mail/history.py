"""Mail from before the gateway as a source that ends: what was taken already is passed over, nobody is answered.

The position counts the mails of the archive and holds a hash of which they were. Where the archive has changed
below it, all of it is looked at again: a mail that is known has the same identity, so it makes no second case.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from channels.contract import Collected, Inbound, Look
from channels.mail.archive import Archive, Archived
from channels.mail.settings import MailSettings, name
from schemas.errors import Misconfigured
from schemas.wire import Wire

MEDIA_TYPE = "message/rfc822"


class Reached(Wire):
    """The first `done` mails of the archive are durable; `seen` is a hash over their keys."""

    done: int = 0
    seen: str = ""

    def after(self, key: bytes) -> Self:
        """One mail further."""
        seen = sha256(self.seen.encode() + b"\0" + key).hexdigest()
        return self.model_copy(update={"done": self.done + 1, "seen": seen})


@dataclass(frozen=True, slots=True)
class Wish:
    """What to import as whose mail. Mails from before `since` are left out: their identities would not be kept.

    `answer`: acknowledge them as if they had come today.
    """

    path: Path
    mailbox: str
    since: datetime
    answer: bool = False


class HistorySource:
    """One archive as a Source. `done` is set when all of it is durable; `total` counts its mails."""

    def __init__(self, settings: MailSettings, wish: Wish, archive: Archive) -> None:
        place = sha256(str(wish.path.resolve()).encode()).hexdigest()[:12]
        self.mailbox = our_mailbox(settings, wish.mailbox)
        self.account = f"{self.mailbox} history {place}"
        self.look = Look()
        self.done = asyncio.Event()
        self.total = len(archive)
        self.left_out: set[int] = set()
        self._archive, self._wish = archive, wish
        self._facts = facts_of(settings, self.mailbox, wish)
        self._ended = False
        self._handed = self._durable = 0

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Every mail behind `position`, then nothing more."""
        reached = await asyncio.to_thread(self._resumed, position)
        self._handed = self._durable
        for number in range(reached.done, self.total):
            archived = await asyncio.to_thread(self._archive.mail, number)
            reached = reached.after(self._archive.key(number))
            if archived.received_at < self._wish.since:
                self.left_out.add(number)
                continue
            self._handed += 1
            yield Collected(self._inbound(archived), reached.to_bytes().decode())
        self._ended = True
        self._look()
        await asyncio.Event().wait()

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """They are durable; the archive itself is left as it is."""
        self._durable += len(collected)
        self._look()

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _look(self) -> None:
        if self._ended and self._durable >= self._handed:
            self.done.set()

    def _resumed(self, position: str | None) -> Reached:
        """Where to go on: at the position if these are the mails it was given for, else at the beginning."""
        told = Reached.model_validate_json(position) if position else Reached()
        if told.done > self.total:
            return Reached()
        reached = Reached()
        for number in range(told.done):
            reached = reached.after(self._archive.key(number))
        return reached if reached.seen == told.seen else Reached()

    def _inbound(self, archived: Archived) -> Inbound:
        facts = {**self._facts, "archived": archived.place}
        return Inbound(archived.raw, MEDIA_TYPE, self.mailbox, archived.received_at, facts)


def our_mailbox(settings: MailSettings, address: str) -> str:
    """The address as the settings write it, so that mail collected and imported is the same mail.

    Raises Misconfigured for one that is not ours; without any address of ours in the settings any will do.
    """
    ours = settings.every_own_address()
    if ours and address.lower() not in ours:
        raise Misconfigured(
            "--mailbox",
            f"{address} is none of your addresses ({', '.join(ours)}); name one of them, or add it to "
            f"{name('own_addresses')}",
        )
    boxes = (box.address for box in settings.every_mailbox())
    return next((box for box in boxes if box.lower() == address.lower()), address)


def facts_of(settings: MailSettings, mailbox: str, wish: Wish) -> Mapping[str, str]:
    """What the collector would tell of each of these mails."""
    facts = {**settings.facts(mailbox), "backfill": "" if wish.answer else "1"}
    return {key: value for key, value in facts.items() if value}
