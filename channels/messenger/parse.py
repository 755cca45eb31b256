"""One webhook body of Messenger's to its messages; what the events mean is in `channels.meta_reading`. Pure."""

from collections.abc import Mapping, Sequence

from channels import meta_reading
from channels.contract import Reading
from schemas.message import Message

HOUSE = meta_reading.House(channel="messenger", object="page")


def read(raw: bytes, facts: Mapping[str, str]) -> Sequence[Reading]:
    """Every message, edit, reaction and receipt of one body, each once. Raises Unreadable."""
    return meta_reading.read(HOUSE, raw)


def identity_parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Page and message id; see `channels.meta_reading`. Frozen."""
    return meta_reading.identity_parts(message)
