"""What is still to be fetched: one entry for each thing, gone as soon as its end is told."""

from datetime import datetime

from schemas.media import AttachmentNews, FetchedAttachment, MediaWanted
from schemas.wire import Moment, Wire
from workers.runtime.contract import Table, Tables

LEDGER = "media"


class Entry(Wire):
    """One thing wanted and how often it was tried."""

    wanted: MediaWanted
    attempts: int = 0
    next_attempt_at: Moment | None = None

    def news(
        self, at: datetime, attachment: FetchedAttachment | None = None, reason: str = ""
    ) -> AttachmentNews:
        """How it ended: with the attachment, or with the reason why there is none."""
        wanted = self.wanted
        return AttachmentNews(
            state="stored" if attachment else "failed",
            wanted_id=wanted.wanted_id,
            reference=wanted.reference,
            person_key=wanted.person_key,
            identity=wanted.identity,
            channel=wanted.channel,
            media=wanted.media,
            attachment=attachment,
            reason=reason,
            attempts=self.attempts + 1,
            at=at,
        )


def table(topic: str) -> Table:
    """The only table of the fetch stage."""
    return Table(LEDGER, topic)


def entry_of(tables: Tables, wanted_id: str) -> Entry | None:
    """The entry of a thing that is still wanted."""
    value = tables.get(LEDGER, wanted_id.encode())
    return None if value is None else Entry.from_bytes(value)
