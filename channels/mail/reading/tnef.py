"""x"""

from dataclasses import dataclass, field


@dataclass
class Packet:
    enclosures: list = field(default_factory=list)
    has_body: bool = False


def read(d):
    return Packet()
