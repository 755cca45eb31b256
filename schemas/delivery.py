"""A delivery: raw bytes as they came at a door or from a collector, and how they came.

On `intake.deliveries` the value is the raw bytes and every fact is a header, so that a parser's mistake can
always be mended by reading the same bytes again. Bytes over `INLINE_LIMIT` are in the blob store and the
value is empty.
"""

import json
from collections.abc import Mapping
from typing import Self

from pydantic import Field

from schemas import cloudevents
from schemas.errors import Unreadable
from schemas.names import ChannelName
from schemas.wire import Moment, Wire

INLINE_LIMIT = 256 * 1024
"""Bytes; anything larger goes by reference to the blob store."""

DELIVERY_TYPE = "gateway.delivery.v1"


class BlobReference(Wire):
    """Where large bytes are: by hash and size in the blob store. `key_id` names the seal (identity now)."""

    sha256: str
    bytes: int
    key_id: str = "identity"


class Delivery(Wire):
    """One delivery. `delivery_id` is `<instance>-<sequence>`: a gap in the sequence is a loss."""

    delivery_id: str
    channel: ChannelName
    account: str = ""
    media_type: str = "application/octet-stream"
    received_at: Moment
    facts: dict[str, str] = Field(default_factory=dict)
    blob: BlobReference | None = None
    replay_of: str = ""
    """The first delivery id, when an operator replays."""
    identity: str = ""
    """With a replay: the identity of the first delivery's message, so that edited bytes make no second case."""
    settled: int | None = None
    """From a door: every number of the same start up to this one had come to its end when this one was given. A
    number that is missing above the highest of these was never confirmed to anybody; below it is a loss."""

    def headers(self, source: str) -> tuple[tuple[str, bytes], ...]:
        """CloudEvents 1.0 binary-mode headers plus the delivery itself in `gw_delivery` (JSON)."""
        attributes = cloudevents.headers(
            DELIVERY_TYPE, self.delivery_id, source, self.received_at, self.media_type
        )
        return (*attributes, ("gw_delivery", self.to_bytes()))

    @classmethod
    def from_headers(cls, headers: Mapping[str, bytes]) -> Self:
        """Read `headers()`; raises Unreadable when they are not ours."""
        value = headers.get("gw_delivery")
        if value is None:
            raise Unreadable("a record without the header gw_delivery is not a delivery of ours")
        try:
            return cls.from_bytes(value)
        except ValueError as error:
            raise Unreadable(f"header gw_delivery: {json.dumps(str(error))[:500]}") from error
