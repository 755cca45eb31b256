"""Fills the books from the topics: first who arrived, then who became what, each read to what is its end then."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from schemas import cloudevents, topics
from schemas.audit import AuditEvent
from schemas.intake import ARRIVAL
from workers.reconcile.audit import DEAD_LETTER, DISCARDED, OUTCOMES
from workers.reconcile.ledger import Ledger
from workers.replay.shelf import Shelf
from workers.storage.kafka import Cluster, Consumer, TopicPartition
from workers.storage.kafka_topics import describe_topics

AT_ONCE = 5_000
LETTERS = "letters"
BEFORE_MS = 3_600_000
"""Deliveries are numbered before they are durable: their neighbours may lie this far before the window."""
Progress = Callable[[str, int, int], None]
"""Topic, offsets read, offsets there are."""
Spot = tuple[str, int]
_REFERENCE = re.compile(rb'"reference":"([^"]{1,64})"')
"""As `Wire.to_bytes` writes it."""


@dataclass(slots=True)
class Scan:
    """Reads topics into the books and remembers how far, so that what came late can be read after."""

    cluster: Cluster
    books: Ledger
    progress: Progress
    positions: Mapping[Spot, int]
    """Where normalise, triage and letters stood before anything was read."""
    since_ms: int = 0
    complete_ms: int = 0
    """From when on no partition of the deliveries has lost any to retention."""
    _reached: dict[TopicPartition, int] = field(default_factory=dict)
    _reader: Consumer = None

    async def open(self) -> None:
        """Connect; raises KafkaError."""
        self._reader = self.cluster.reader()
        await self._reader.start()

    async def close(self) -> None:
        """Give the connection back."""
        await self._reader.stop()

    async def deliveries(self) -> None:
        """Everything that was made durable."""
        name = topics.DELIVERIES.name
        async for records in self._read(name, self._begin_ms(self.since_ms)):
            self.books.delivered(
                (_delivery_id(record, name), record.timestamp, self._is_ahead(name, record))
                for record in records
            )
            self.books.settled(_settled(records))

    async def rest(self, shelf: Shelf) -> None:
        """What became of them; called again it reads what was written since."""
        oldest = self.books.one("SELECT min(at) FROM deliveries WHERE copies > 0")
        begin = self._begin_ms(max(self.since_ms, oldest))
        await self.messages(begin)
        await self.events(begin)
        await shelf.refresh()
        for one in shelf.letters.values():
            ids = {one.delivery_id, one.letter.key, one.letter.record_key} - {""}
            self.books.laid_down((name, one.identity, DEAD_LETTER) for name in ids)
        await self.letters(begin)
        for one in shelf.letters.values():
            if one.letter.stage == LETTERS and (original := await shelf.original(one.letter.key)):
                self.books.lettered(_references([original.original_bytes()]))
        async for records in self._read(topics.AUDIT.name, begin):
            self.books.laid_down(_discarded(records))

    async def messages(self, begin_ms: int) -> None:
        """What the deliveries were read as; the slow lane first, so that what is passed on meanwhile is seen."""
        for name in (topics.OVERFLOW.name, topics.MESSAGES.name):
            await self._messages_on(name, begin_ms)

    async def _messages_on(self, name: str, begin_ms: int) -> None:
        async for records in self._read(name, begin_ms):
            told = (
                (from_json(record.value), record)
                for record in records
                if record.value and cloudevents.event_type(record.headers) == ARRIVAL
            )
            self.books.read(
                (str(said.get("delivery_id")), str(said.get("identity")), self._is_ahead(name, record))
                for said, record in told
            )

    async def events(self, begin_ms: int) -> None:
        """The ends that messages came to."""
        async for records in self._read(topics.EVENTS.name, begin_ms):
            told = [from_json(record.value) for record in records if record.value]
            self.books.read(  # what holds no message ends where it is read: no arrival tells of it
                (str(said["delivery_id"]), str(said.get("cause")), False)
                for said in told
                if said.get("delivery_id") and said.get("type") == "no_message"
            )
            self.books.ended(
                (
                    str(said.get("cause")),
                    str(said["delivery_id"]),
                    str(said["type"]),
                    str(said["reference"]),
                    bool(said.get("synthetic")),
                )
                for said in told
                if said.get("delivery_id") and said.get("type") in OUTCOMES
            )

    async def letters(self, begin_ms: int) -> None:
        """Wishes for letters that no stage has taken yet, then the ledger: what was taken meanwhile is there."""
        name = topics.LETTERS_DUE.name
        async for records in self._read(name, begin_ms):
            self.books.lettered(
                _references(record.value for record in records if self._is_ahead(name, record))
            )
        async for records in self._read(topics.LETTERS_LEDGER.name, 0):
            self.books.lettered(_references(record.value for record in records))

    def _begin_ms(self, at_ms: int) -> int:
        return max(0, at_ms - BEFORE_MS)

    def _is_ahead(self, name: str, record: Any) -> bool:
        """The stage that reads this topic had not come so far."""
        return bool(record.offset >= self.positions.get((name, record.partition), 0))

    async def _read(self, name: str, since_ms: int) -> AsyncIterator[list[Any]]:
        places = await self._places(name, since_ms)
        self._reader.assign(places)
        ends = await self._reader.end_offsets(places)
        start = {place: self._reached[place] for place in places}
        total = sum(max(0, ends[place] - start[place]) for place in places)
        for place in places:
            self._reader.seek(place, start[place])
        behind = {place for place in places if start[place] < ends[place]}
        while behind:
            got = await self._reader.getmany(*behind, timeout_ms=200, max_records=AT_ONCE)
            for place in list(behind):
                self._reached[place] = await self._reader.position(place)
                if self._reached[place] >= ends[place]:
                    behind.discard(place)
            for records in got.values():
                yield records
            done = sum(min(self._reached[place], ends[place]) - start[place] for place in places)
            self.progress(name, done, total)

    async def _places(self, name: str, since_ms: int) -> list[TopicPartition]:
        """The partitions of a topic, each with the place to begin at, or to go on from."""
        facts = (await describe_topics(self.cluster, [name]))[name]
        places = [TopicPartition(self.cluster.topic(name), number) for number in range(facts.partitions)]
        fresh = [place for place in places if place not in self._reached]
        if fresh:
            first = await self._reader.beginning_offsets(fresh)
            ends = await self._reader.end_offsets(fresh)
            found = await self._reader.offsets_for_times(dict.fromkeys(fresh, since_ms)) if since_ms else {}
            for place in fresh:
                begin = found.get(place)
                self._reached[place] = (
                    first[place] if not since_ms else begin.offset if begin else ends[place]
                )
            if name == topics.DELIVERIES.name:
                await self._note_retention([place for place in fresh if first[place]])
        return places

    async def _note_retention(self, shortened: Iterable[TopicPartition]) -> None:
        for place in shortened:
            oldest = (await self._reader.offsets_for_times({place: 0}))[place]
            if oldest is not None:
                self.complete_ms = max(self.complete_ms, oldest.timestamp)


def _delivery_id(record: Any, name: str) -> str:
    """The key of one of ours; what is not ours goes by its place, as its dead letter does."""
    ours = any(header == "gw_delivery" for header, _ in record.headers)
    if ours and record.key:
        return str(record.key.decode("utf-8", "backslashreplace"))
    return f"{name}/{record.partition}/{record.offset}"


def _settled(records: Iterable[Any]) -> Iterable[tuple[str, int]]:
    for record in records:
        told = next((value for header, value in record.headers if header == "gw_delivery"), None)
        number = _told(told).get("settled") if told and record.key else None
        if isinstance(number, int):
            yield record.key.decode("utf-8", "backslashreplace"), number


def _told(header: bytes) -> dict[str, Any]:
    """The delivery's own words; nothing where they are none of ours, which is what its dead letter says."""
    try:
        said = from_json(header)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _references(bodies: Iterable[bytes | None]) -> Iterable[str]:
    """The case of each body, taken from its bytes: a ledger of a million letters is read at every look."""
    for body in bodies:
        if body and (found := _REFERENCE.search(body)):
            yield found[1].decode()


def _discarded(records: Iterable[Any]) -> Iterable[tuple[str, str, str]]:
    for record in records:
        event = AuditEvent.from_bytes(record.value)
        if event.type == "dead_letter.discarded":
            for name in {event.delivery_id, event.subject} - {""}:
                yield name, event.identity, DISCARDED
