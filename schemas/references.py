"""Which blobs a record refers to: the one place that knows every way in which a record can name one.

A blob is named by its SHA-256 in hex, wherever that stands: in a header (`gw_delivery`), in a field of any record
(`sha256`, `body_sha256`, `raw_sha256`), in a state entry, in a form's raw bytes. So every such name counts; what is
a hash of something else refers to no blob that exists. A dead letter carries the original bytes in base64.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator

_NAME = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_CARRIED = ("original", "edited")
NAME_BYTES = 64


def named_in(content: bytes) -> Iterator[str]:
    """Every SHA-256 in hex that stands in the bytes by itself."""
    for found in _NAME.finditer(content):
        yield found[0].decode("ascii")


def named_by(
    key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]] = ()
) -> Iterator[str]:
    """Every name in a record of any topic; bytes that a dead letter carries are looked through as well."""
    for content in (key, value, *(told for _, told in headers)):
        if content:
            yield from named_in(content)
    for carried in _carried(value):
        yield from named_in(carried)


def _carried(value: bytes | None) -> Iterator[bytes]:
    if not value or not any(f'"{name}"'.encode() in value for name in _CARRIED):
        return
    try:
        said = json.loads(value)
    except ValueError:
        return
    for name in _CARRIED if isinstance(said, dict) else ():
        try:
            yield base64.b64decode(said.get(name) or "")
        except (binascii.Error, TypeError, ValueError):
            continue
