"""How any stage lays down what it cannot read: typed cause, original bytes, where it came from."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version

from channels.moments import utc
from schemas import cloudevents, topics
from schemas.deadletter import DEAD_LETTER, DeadLetter, text_headers
from schemas.delivery import Delivery
from schemas.errors import Nonsense, Unreadable
from schemas.wire import whole
from workers.runtime.contract import Headers, Output, Record

ATTEMPTS = "gw_attempts"
FIRST_SEEN = "gw_first_seen"
"""Headers of a replayed record: what its dead letter had counted so far."""
VERSION = version("complaints-intake-gateway")
SOURCE = "/gateway/dead-letters"
_MOST_ATTEMPTS = 1_000_000


def dead_letter(stage: str, record: Record, error: Unreadable) -> Output:
    """The record for `dead.letters`; never raises. A delivery keeps its id as the key, so that it has one."""
    headers = {name: value or b"" for name, value in record.headers}
    delivery = _delivery(headers)
    at = _time(record)
    before, first_seen = _history(headers)
    letter = DeadLetter(
        key=delivery.delivery_id if delivery else f"{record.topic}/{record.partition}/{record.offset}",
        delivery_id=delivery.delivery_id if delivery else "",
        stage=stage,
        cause=error.cause,
        detail=whole(str(error)[:2000]),
        version=VERSION,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        record_key=(record.key or b"").decode("utf-8", "backslashreplace"),
        channel=delivery.channel if delivery else "",
        headers=text_headers(headers),
        original=base64.b64encode(record.value or b"").decode(),
        blob=delivery.blob if delivery else None,
        attempts=1 + before,
        first_seen=first_seen or at,
        last_seen=at,
        received_at=delivery.received_at if delivery else None,
    )
    return Output(
        topic=topics.DEAD_LETTERS.name,
        key=letter.key.encode(),
        value=letter.to_bytes(),
        headers=cloudevents.headers(DEAD_LETTER, letter.key, SOURCE, at),
    )


def history(letter: DeadLetter) -> Headers:
    """The headers by which a replayed record goes on counting where its dead letter stood."""
    return (
        (ATTEMPTS, str(letter.attempts).encode()),
        (FIRST_SEEN, letter.first_seen.isoformat().encode()),
    )


def _time(record: Record) -> datetime:
    """When the record was written; now, when that is no time: it waits since now at the latest."""
    try:
        return record.at
    except Nonsense:
        return datetime.now(UTC)


def _history(headers: Mapping[str, bytes]) -> tuple[int, datetime | None]:
    """Attempts before this one and when the first was, as a replay tells them; headers may hold anything."""
    try:
        first_seen = utc(datetime.fromisoformat(headers[FIRST_SEEN].decode()))
        attempts = int(headers[ATTEMPTS])
    except (KeyError, ValueError):
        return 0, None
    return (attempts, first_seen) if 0 <= attempts <= _MOST_ATTEMPTS else (0, None)


def _delivery(headers: dict[str, bytes]) -> Delivery | None:
    try:
        return Delivery.from_headers(headers)
    except Unreadable:
        return None
