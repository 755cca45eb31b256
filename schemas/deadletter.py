"""A dead letter: what could not be read, why, and the original bytes, kept until somebody decides."""

import base64
from collections.abc import Mapping

from pydantic import Field

from schemas.delivery import BlobReference
from schemas.wire import Moment, Wire, whole

DEAD_LETTER = "gateway.dead_letter.v1"


class DeadLetter(Wire):
    """One record on `dead.letters`, keyed by `key` (the delivery id, or topic/partition/offset).

    `cause` is the error's class name (schemas.errors); `original` is base64 unless the bytes are in the blob
    store. `topic`, `partition` and `offset` name the record that failed. `edited` (or `edited_blob`) are the
    bytes that a person wants to be read instead, under the identity that the original has.
    """

    key: str
    delivery_id: str = ""
    stage: str
    cause: str
    detail: str
    version: str = ""
    topic: str
    partition: int
    offset: int
    record_key: str = ""
    channel: str = ""
    reference: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    original: str = ""
    blob: BlobReference | None = None
    attempts: int = 1
    first_seen: Moment
    last_seen: Moment
    received_at: Moment | None = None
    edited: str = ""
    edited_blob: BlobReference | None = None
    identity: str = ""

    def original_bytes(self) -> bytes:
        """The bytes that failed, when they are carried inline."""
        return base64.b64decode(self.original)

    def next_bytes(self) -> bytes:
        """The bytes that a replay sends: the edited ones, else the original's; empty when they are a blob."""
        return base64.b64decode(self.edited or self.original) if self.edited_blob is None else b""

    @property
    def next_blob(self) -> BlobReference | None:
        """Where the bytes of a replay are, when they are not carried inline."""
        return self.edited_blob or (None if self.edited else self.blob)


def text_headers(headers: Mapping[str, bytes | None]) -> dict[str, str]:
    """Headers as text for people; bytes that are not UTF-8 are escaped, never lost, and null is empty."""
    return {
        whole(name): (value or b"").decode("utf-8", "backslashreplace") for name, value in headers.items()
    }
