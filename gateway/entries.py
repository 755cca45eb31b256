"""One entry of the spool: a delivery with its bytes, and how it stands in a file.

`length, CRC-32, delivery JSON length` as three big-endian 32-bit numbers, then the delivery's JSON, then the raw
bytes; the CRC covers both.
"""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from schemas.delivery import Delivery

_HEAD = struct.Struct(">III")


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery that waits for the broker, with its bytes (empty when they are in the blob store)."""

    delivery: Delivery
    raw: bytes

    def encoded(self) -> bytes:
        """The entry as it stands in a segment."""
        told = self.delivery.to_bytes()
        body = told + self.raw
        return _HEAD.pack(len(body), zlib.crc32(body), len(told)) + body


def next_entry(file: BinaryIO, left: int) -> tuple[Entry | None, int]:
    """The entry at the file's position and its length; None for one that is torn or damaged.

    `left` is how many bytes may still belong to entries.
    """
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None, 0
    length, crc, told = _HEAD.unpack(head)
    if not 0 < told <= length or _HEAD.size + length > left:  # a disk may give back zeros
        return None, 0
    body = file.read(length)
    if len(body) < length or zlib.crc32(body) != crc:
        return None, 0
    try:
        return Entry(Delivery.from_bytes(body[:told]), body[told:]), _HEAD.size + length
    except ValidationError:
        return None, 0


def scan(path: Path, offset: int) -> tuple[int, int]:
    """How many whole entries follow `offset`, and where the last of them ends."""
    size, count = path.stat().st_size, 0
    with path.open("rb") as file:
        file.seek(offset)
        while offset < size:
            entry, length = next_entry(file, size - offset)
            if entry is None:
                break
            count += 1
            offset += length
    return count, offset


def more_behind(path: Path, offset: int) -> bool:
    """Whether a whole entry stands behind a broken one: then it was damaged, not torn by a crash."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(offset)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return False
        behind = offset + _HEAD.size + _HEAD.unpack(head)[0]
        file.seek(behind)
        return behind < size and next_entry(file, size - behind)[0] is not None
