"""A file that came along with a mail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enclosure:
    """`name` is data only: it may hold anything but line ends and control characters."""

    name: str
    media_type: str
    content: bytes
