"""The spool's files as somebody sees them who knows the format only: `length, CRC-32, JSON length`, then the bytes."""

import os
import struct
import time
from pathlib import Path
from urllib.parse import unquote_plus

from tests.acceptance.chaos.evidence import Torn
from tests.acceptance.chaos.sayings import MARKER

_HEAD = struct.Struct(">III")
_LEFT_BYTES = 5


def tear(folder: Path) -> Torn | None:
    """Cut the newest segment in its last whole entry; None when nothing waits."""
    for path in sorted(folder.rglob("*.spool"), reverse=True):
        raw = path.read_bytes()
        begins = _entries(raw)
        if begins:
            os.truncate(path, begins[-1] + _LEFT_BYTES)
            return _torn(raw[begins[-1] :])
    return None


def _entries(raw: bytes) -> list[int]:
    """Where each whole entry begins."""
    begins, at = [], 0
    while at + _HEAD.size <= len(raw):
        length = _HEAD.unpack_from(raw, at)[0]
        if not length or at + _HEAD.size + length > len(raw):
            break
        begins.append(at)
        at += _HEAD.size + length
    return begins


def _torn(entry: bytes) -> Torn:
    words = unquote_plus(entry.decode("utf-8", "replace"))
    found = [(kind, int(number)) for kind, number in MARKER.findall(words)]
    numbers = frozenset(number for kind, number in found if kind == "number")
    return Torn(time.time(), numbers, frozenset(number for kind, number in found if kind == "reply"))
