"""What a group commits, as Kafka writes it down: the records of `__consumer_offsets`.

Asking for a group's offset tells where it stands, not whether it committed the same place again; only this
topic tells a consumer that is alive and stuck from one that is silent. Source: Kafka's OffsetCommitKey.json
(versions 0 and 1) and OffsetCommitValue.json (versions 0 to 4; flexible from 4 on).
"""

import struct
from dataclasses import dataclass

TOPIC = "__consumer_offsets"
_FLEXIBLE = 4
_NEWEST = 4


@dataclass(frozen=True, slots=True)
class OffsetCommit:
    """One commit of a group, names as on the cluster."""

    group: str
    topic: str
    partition: int
    offset: int
    at_ms: int


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, form: str) -> int:
        (value,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return int(value)

    def text(self) -> str:
        return self._take(self.number(">h"))

    def compact_text(self) -> str:
        return self._take(self._varint() - 1)

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.number(">B")
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def _take(self, length: int) -> str:
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken.decode("utf-8", "replace")


def decode(key: bytes | None, value: bytes | None) -> OffsetCommit | None:
    """The commit in a record; None for group metadata, tombstones and versions that are newer than this."""
    if not key or not value:
        return None
    try:
        return _decoded(_Reader(key), _Reader(value))
    except struct.error:
        return None


def _decoded(key: _Reader, value: _Reader) -> OffsetCommit | None:
    if key.number(">h") > 1:
        return None
    group, topic, partition = key.text(), key.text(), key.number(">i")
    version = value.number(">h")
    if version > _NEWEST:
        return None
    offset = value.number(">q")
    if version >= 3:
        value.number(">i")  # the leader's epoch
    if version >= _FLEXIBLE:
        value.compact_text()
    else:
        value.text()
    return OffsetCommit(group, topic, partition, offset, value.number(">q"))
