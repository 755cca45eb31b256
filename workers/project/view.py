"""The view as pages and commands ask it: cases by reference, how many, and who waits. Aliases are resolved."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import URL, Connection
from sqlalchemy.exc import DatabaseError

from schemas.assessment import Assessment
from schemas.names import ChannelName
from workers.project import queries
from workers.project.database import Database
from workers.project.queries import Day, Waiting

_T = TypeVar("_T")
Assessed = tuple[ChannelName, Assessment]


class CaseView:
    """Reads; each method is one short look in a thread. Raises Unavailable when the database is away."""

    def __init__(self, url: str | URL) -> None:
        self._database = Database(url)
        self._is_open = False

    async def case(self, reference: str) -> dict[str, Any] | None:
        """The contract's JSON of `gateway case --json` for a reference or an alias; None when nobody has it."""
        return await self._look(lambda connection: queries.case(connection, reference))

    async def person_of(self, reference: str) -> str | None:
        """The key of the person whose case this is; None when nobody has it."""
        return await self._look(lambda connection: queries.person_of(connection, reference))

    async def decisions(self) -> list[dict[str, str]]:
        """What people said cases are about: text, subject, category, channel and group, as training reads them."""
        return await self._look(queries.decisions)

    async def recent(self, limit: int = 50) -> list[dict[str, Any]]:
        """The newest cases of people, newest first, in one line each; synthetic ones are left out."""
        return await self._look(lambda connection: queries.recent(connection, limit))

    async def counts(self, since: datetime | None = None) -> dict[str, Any]:
        """Cases received and acknowledged since a moment, by state, channel, queue and category; letters by state.

        Synthetic complaints are not counted.
        """
        return await self._look(lambda connection: queries.counts(connection, since))

    async def day(self, since: datetime) -> Day:
        """Cases received and acknowledged since then, and the letters that wait for a person now."""
        return await self._look(lambda connection: queries.day(connection, since))

    async def waiting(self) -> Waiting:
        """Who has no letter that was accepted, shown or suppressed yet."""
        return await self._look(queries.waiting)

    async def longest_waiting(self, now: datetime) -> float | None:
        """Seconds since the channel's receipt of the complaint that waits longest; None when nobody waits."""
        since = (await self.waiting()).since
        return None if since is None else max((now - since).total_seconds(), 0.0)

    async def assessed(self, since: datetime, most: int, read: Callable[[Iterator[Assessed]], _T]) -> _T:
        """What `read` makes of the classifier's words on the newest cases since then, each with its channel.

        Synthetic ones are left out. `read` is called in a thread, and the iterator ends with it.
        """
        return await self._look(lambda connection: read(queries.assessed(connection, since, most)))

    async def letter(self, letter_id: str) -> dict[str, Any] | None:
        """One letter and its state."""
        return await self._look(lambda connection: queries.letter(connection, letter_id))

    async def positions(self) -> dict[tuple[str, int], int]:
        """Where the view stands in each partition of its topic."""
        return await self._look(queries.positions)

    async def aclose(self) -> None:
        """Give the connections back."""
        await asyncio.to_thread(self._database.close)

    async def _look(self, look: Callable[[Connection], _T]) -> _T:
        return await asyncio.to_thread(self._now, look)

    def _now(self, look: Callable[[Connection], _T]) -> _T:
        if not self._is_open:
            self._database.open()
            self._is_open = True
        try:
            with self._database.engine.connect() as connection:
                return look(connection)
        except DatabaseError as error:
            self._is_open = False  # the next look makes what is missing
            raise self._database.trouble(error) from error
