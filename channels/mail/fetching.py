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
    present = [uid for uid in uids if uid in sizes]
    for batch in _batches(present, sizes, deaths):
        if fetched := _batch(session, batch, deaths):
            yield fetched


def next_of(batches: Iterator[list[Fetched]]) -> list[Fetched]:
    """The next batch; an empty one at the end."""
    return next(batches, [])


def _batches(uids: Sequence[int], sizes: dict[int, int], deaths: Counter[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    total = 0
    for uid in uids:
        full = len(batch) == BATCH_MAILS or total + sizes[uid] > BATCH_BYTES
        if batch and (full or deaths[uid] or deaths[batch[-1]]):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += sizes[uid]
    if batch:
        yield batch


def _batch(session: ImapSession, uids: list[int], deaths: Counter[int]) -> list[Fetched]:
    if deaths[uids[0]] >= MOST_DEATHS:
        return [_without_body(session, uids[0], deaths, "the connection ends whenever it is fetched")]
    try:
        found = _survive(session, uids, "BODY", deaths)
    except IMAP4.error as error:
        if len(uids) > 1:
            return [mail for uid in uids for mail in _batch(session, [uid], deaths)]
        return [_without_body(session, uids[0], deaths, f"the server does not give it: {error}")]
    for uid in uids:
        deaths.pop(uid, None)
    return [_mail(uid, found[uid], b"BODY[]") for uid in uids if uid in found]


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
    raw, date = items.get(section), items.get(b"INTERNALDATE")
    if not isinstance(date, datetime):
        date = datetime.now(UTC)
    if not isinstance(raw, bytes):
        return Fetched(uid, b"", date, "the server gives no content for it")
    return Fetched(uid, raw, date)
