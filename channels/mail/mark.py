"""Where a mailbox was read up to. Pure: the position of the mail source, as it stands in the positions topic.

IMAP promises that UIDs only grow while UIDVALIDITY stays the same (RFC 3501, 2.3.1.1); after a change of it
everything is looked at again.
"""

from datetime import datetime, timedelta
from typing import Self

from schemas.errors import Misconfigured
from schemas.wire import Moment, Wire

INTERNALDATE_GRAIN = timedelta(seconds=1)


class Mark(Wire):
    """Everything from `floor` to `uid` was handed over.

    `floor` is the lowest UID that is ours to take. `first` is the UIDNEXT of the source's first start: what
    is below it is history. After a change of UIDVALIDITY `first` is 0 and `since`, the time of the first
    start, tells history from news.
    """

    uidvalidity: int
    uid: int
    floor: int
    first: int
    since: Moment

    @classmethod
    def start(cls, uidvalidity: int, uidnext: int, since: datetime, backfill: bool) -> Self:
        """The mark of a mailbox that is read for the first time."""
        floor = 1 if backfill else uidnext
        return cls(uidvalidity=uidvalidity, uid=floor - 1, floor=floor, first=uidnext, since=since)

    @classmethod
    def read(cls, position: str) -> Self:
        """A position that was written by `position`; raises Misconfigured when it is not one of ours."""
        try:
            return cls.model_validate_json(position)
        except ValueError as error:
            raise Misconfigured(
                "sources.positions", f"the position of this mailbox is not one: {position[:200]!r}"
            ) from error

    @property
    def position(self) -> str:
        """The mark as a source's position."""
        return self.to_bytes().decode()

    def at(self, uid: int) -> Self:
        """The mark after this mail; it never goes back."""
        return self.model_copy(update={"uid": max(uid, self.uid)})

    def anew(self, uidvalidity: int) -> Self:
        """The mark for the same mailbox under another UIDVALIDITY: everything again."""
        return self.model_copy(update={"uidvalidity": uidvalidity, "uid": 0, "floor": 1, "first": 0})

    def is_history(self, uid: int, internaldate: datetime) -> bool:
        """Whether a mail is older than the source: it is taken in, but nobody gets a letter for it."""
        if self.first:
            return uid < self.first
        return internaldate < self.since - INTERNALDATE_GRAIN
