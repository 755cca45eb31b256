"""How any stage lays down what it cannot read: typed cause, original bytes, where it came from."""

import base64
from datetime import UTC, datetime
from importlib.metadata import version

from schemas import cloudevents, topics
from schemas.deadletter import DEAD_LETTER, DeadLetter, text_headers
from schemas.delivery import Delivery
from schemas.errors import Unreadable
from workers.runtime.contract import Output, Record

VERSION = version("complaints-intake-gateway")
SOURCE = "/gateway/dead-letters"


def dead_letter(stage: str, record: Record, error: Unreadable) -> Output:
    """The record for `dead.letters`; never raises. A delivery keeps its id as the key, so that it has one."""
    headers = dict(record.headers)
    delivery = _delivery(headers)
    at = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    letter = DeadLetter(
        key=delivery.delivery_id if delivery else f"{record.topic}/{record.partition}/{record.offset}",
        delivery_id=delivery.delivery_id if delivery else "",
        stage=stage,
        cause=error.cause,
        detail=str(error)[:2000],
        version=VERSION,
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        record_key=(record.key or b"").decode("utf-8", "backslashreplace"),
        channel=delivery.channel if delivery else "",
        headers=text_headers(headers),
        original=base64.b64encode(record.value or b"").decode(),
        blob=delivery.blob if delivery else None,
        first_seen=at,
        last_seen=at,
        received_at=delivery.received_at if delivery else None,
    )
    return Output(
        topic=topics.DEAD_LETTERS.name,
        key=letter.key.encode(),
        value=letter.to_bytes(),
        headers=cloudevents.headers(DEAD_LETTER, letter.key, SOURCE, at),
    )


def _delivery(headers: dict[str, bytes]) -> Delivery | None:
    try:
        return Delivery.from_headers(headers)
    except Unreadable:
        return None
