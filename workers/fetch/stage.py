"""The fetch stage: wishes come in, ledger and news go out, in one transaction; downloads hang on what is committed.

The same wish twice is one entry, and a download that was cut off simply happens again: bytes are stored under
their hash. Triage drops the second news of a thing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas import cloudevents, topics
from schemas.errors import GatewayError, Nonsense, Unreadable
from schemas.identity import event_id
from schemas.media import ATTACHMENT_FAILED, ATTACHMENT_STORED, AttachmentNews, MediaWanted
from workers import dead_letters
from workers.fetch import ledger, rule, turns
from workers.fetch.effects import FetchEffects
from workers.fetch.fetcher import Fetcher
from workers.fetch.ledger import Entry
from workers.fetch.settings import FetchSettings
from workers.fetch.turns import Ended
from workers.runtime.contract import Delta, EffectPort, Effects, Output, Record, Table, Tables

NAME = "fetch"
SOURCE = "/gateway/fetch"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One input and the time at which it was taken up."""

    word: MediaWanted | Ended
    now: datetime


@dataclass(frozen=True, slots=True)
class Fetch:
    """Pure but for `effects`; the downloads of all partitions of the worker share its `slots`."""

    settings: FetchSettings
    fetcher: Fetcher
    clock: Callable[[], datetime]
    slots: asyncio.Semaphore
    name: str = NAME
    source: str = topics.MEDIA_WANTED.name
    tables: tuple[Table, ...] = (ledger.table(topics.MEDIA_LEDGER.name),)

    def prepare(self, records: Sequence[Record]) -> Sequence[object]:
        """Records to words."""
        now = self.clock().astimezone(UTC)
        return [_prepared(record, now) for record in records]

    def step(self, record: Record, prepared: object, tables: Tables) -> Delta:
        """One word, one delta."""
        if isinstance(prepared, GatewayError):
            raise prepared
        assert isinstance(prepared, Prepared)
        word, now = prepared.word, prepared.now
        entry = ledger.entry_of(tables, word.wanted_id)
        if isinstance(word, MediaWanted):
            return Delta() if entry else _kept(Entry(wanted=word))
        return Delta() if entry is None else self._ended(entry, word, now)

    def dead_letter(self, record: Record, error: Unreadable) -> Output:
        """What is no wish."""
        return dead_letters.dead_letter(self.name, record, error)

    def effects(self, port: EffectPort) -> Effects | None:
        """The lanes of one partition."""
        return FetchEffects(port, self.fetcher, self.settings, self.slots)

    async def aclose(self) -> None:
        """Close the connections that all partitions share."""
        await self.fetcher.aclose()

    def _ended(self, entry: Entry, ended: Ended, now: datetime) -> Delta:
        if ended.end == "away":
            again = rule.after_failure(entry, ended, self.settings, now)
            if again is not None:
                return _kept(again)
            return _told(entry.news(now, reason=f"given up: {ended.reason}"))
        return _told(entry.news(now, ended.attachment, ended.reason))


def _prepared(record: Record, now: datetime) -> Prepared | Nonsense:
    try:
        return Prepared(turns.read(cloudevents.event_type(record.headers), record), now)
    except Nonsense as error:
        return error


def _kept(entry: Entry) -> Delta:
    return Delta(writes={ledger.LEDGER: {entry.wanted.wanted_id.encode(): entry.to_bytes()}})


def _told(news: AttachmentNews) -> Delta:
    kind = ATTACHMENT_STORED if news.state == "stored" else ATTACHMENT_FAILED
    headers = cloudevents.headers(
        kind, event_id(news.reference, "attachment", news.wanted_id), SOURCE, news.at
    )
    output = Output(topics.MESSAGES.name, news.person_key.encode(), news.to_bytes(), headers)
    return Delta([output], {ledger.LEDGER: {news.wanted_id.encode(): None}})
