"""How an attempt ended: the one word between the lanes and the ledger, never taken from outside."""

from datetime import datetime
from typing import Literal

from pydantic import ValidationError

from schemas import topics
from schemas.errors import Nonsense
from schemas.media import MEDIA_WANTED, FetchedAttachment, MediaWanted
from schemas.wire import Moment, Wire
from workers.runtime.contract import INTERNAL_OFFSET, Record

ENDED = "gateway.media.ended.v1"
End = Literal["stored", "away", "refused"]
"""stored: the bytes are durable · away: try later · refused: never."""


class Ended(Wire):
    """One attempt. `retry_after` in seconds, when the provider named a time."""

    wanted_id: str
    end: End
    attachment: FetchedAttachment | None = None
    reason: str = ""
    retry_after: float = 0.0
    at: Moment


def record(ended: Ended, partition: int, at: datetime) -> Record:
    """The word as an input of the stage's own partition."""
    return Record(
        topic=topics.MEDIA_WANTED.name,
        partition=partition,
        offset=INTERNAL_OFFSET,
        timestamp_ms=int(at.timestamp() * 1000),
        key=ended.wanted_id.encode(),
        value=ended.to_bytes(),
        headers=(("ce_type", ENDED.encode()),),
    )


def read(kind: str, record: Record) -> MediaWanted | Ended:
    """A record of `media.wanted`, or the word of a lane; raises Nonsense for anything else."""
    try:
        if kind == MEDIA_WANTED:
            return MediaWanted.from_bytes(record.value or b"")
        if kind == ENDED and record.offset == INTERNAL_OFFSET:
            return Ended.from_bytes(record.value or b"")
    except ValidationError as error:
        first = error.errors()[0]
        raise Nonsense(f"{kind}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    raise Nonsense(f"a record of type {kind!r} has no business on {topics.MEDIA_WANTED.name}")
