"""Gets mails off the server in good portions, and lets no single mail stop the others.

A mail that the server lists but does not give is handed over with what could be had (its header, at least its
UID) and the reason, so that it becomes a dead letter somebody looks at.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from imaplib import IMAP4

from channels.mail.client import MOST_BYTES
from channels.mail.imap import ImapSession
from schemas.errors import Unavailable

PORTION_MAILS = 200
BATCH_MAILS = 50
BATCH_BYTES = 2 * 1024 * 1024
MOST_DEATHS = 3
"""So often may the connection end over one mail before the mail is taken to be the reason."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail. With `trouble` the server did not give it: `raw` is its header or empty."""

    uid: int
    raw: bytes
    internaldate: datetime
    trouble: str = ""


def portions(uids: Sequence[int]) -> Iterator[Sequence[int]]:
    """UIDs in the portions whose sizes are asked at once."""
    for start in range(0, len(uids), PORTION_MAILS):
        yield uids[start : start + PORTION_MAILS]


def fetch(session: ImapSession, uids: Sequence[int], deaths: Counter[int]) -> Iterator[list[Fetched]]:
    """Mails in the given order, in batches bounded by count and bytes; gone ones are left out.

    `deaths` counts over reconnects how often the connection ended over a mail. Raises Unavailable.
    """
    sizes = session.sizes(uids)
    for batch in _batches(uids, sizes, deaths):
        large = len(batch) == 1 and sizes.get(batch[0], 0) > MOST_BYTES
        trouble = f"it has {sizes[batch[0]]} bytes, more than we take" if large else ""
        if fetched := _batch(session, batch, deaths, trouble):
            yield fetched


def next_of(batches: Iterator[list[Fetched]]) -> list[Fetched]:
    """The next batch; an empty one at the end."""
    return next(batches, [])


def _batches(uids: Sequence[int], sizes: dict[int, int], deaths: Counter[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    total = 0
    for uid in uids:
        size = sizes.get(uid, BATCH_BYTES + 1)  # of unknown size: alone
        full = len(batch) == BATCH_MAILS or total + size > BATCH_BYTES
        if batch and (full or deaths[uid] or deaths[batch[-1]]):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _batch(session: ImapSession, uids: list[int], deaths: Counter[int], trouble: str = "") -> list[Fetched]:
    if deaths[uids[0]] >= MOST_DEATHS:
        trouble = "the connection ends whenever it is fetched"
    if trouble:
        return [_without_body(session, uids[0], deaths, trouble)]
    try:
        found = _survive(session, uids, "BODY", deaths)
    except IMAP4.error as error:
        if len(uids) == 1:
            return [_without_body(session, uids[0], deaths, f"the server does not give it: {error}")]
        found = {}
    for uid in uids:
        deaths.pop(uid, None)
    every = [_mail(uid, found[uid], b"BODY[]") for uid in uids if uid in found]
    missing = [uid for uid in uids if uid not in found]
    if len(uids) > 1:
        every += [mail for uid in missing for mail in _batch(session, [uid], deaths)]
        return sorted(every, key=lambda mail: uids.index(mail.uid))
    if missing and session.lists(missing[0]):
        every = [_without_body(session, missing[0], deaths, "the server lists it and does not give it")]
    return every


def _without_body(session: ImapSession, uid: int, deaths: Counter[int], trouble: str) -> Fetched:
    items: dict[bytes, object] = {}
    if deaths[uid] <= MOST_DEATHS:
        with suppress(IMAP4.error):
            items = _survive(session, [uid], "HEADER", deaths).get(uid, {})
    mail = _mail(uid, items, b"BODY[HEADER]")
    return Fetched(uid, mail.raw, mail.internaldate, trouble[:500])


def _survive(
    session: ImapSession, uids: list[int], what: str, deaths: Counter[int]
) -> dict[int, dict[bytes, object]]:
    """Fetch, and remember what the connection did not survive. Raises Unavailable, IMAP4.error."""
    try:
        return session.fetch(uids, what)
    except (IMAP4.abort, OSError) as error:
        deaths.update(uids)
        raise Unavailable(f"the connection ended while mail was fetched: {error}") from error


def _mail(uid: int, items: dict[bytes, object], section: bytes) -> Fetched:
    raw, date = items.get(section), dated(items) or datetime.now(UTC)
    if not isinstance(raw, bytes):
        return Fetched(uid, b"", date, "the server gives no content for it")
    return Fetched(uid, raw, date)


def dated(items: dict[bytes, object]) -> datetime | None:
    """INTERNALDATE in UTC; with a zone that cannot be one (over a day from UTC) its time is taken to be UTC."""
    date = items.get(b"INTERNALDATE")
    if not isinstance(date, datetime):
        return None
    try:
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return date.replace(tzinfo=UTC)
