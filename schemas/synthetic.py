"""The mark of a complaint that the house made up itself, to see whether people get through.

It stands in the words, because words are what every channel carries. Without the house's secret nobody can make one,
so no customer's complaint passes for one of ours; and after a day it says nothing any more.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta

from schemas.identity import probe_seal

QUEUE = "synthetic"
"""Where such complaints go, before any rule; the name is taken, so no rule may send people there."""
VALID = timedelta(days=1)
PREFIX = b"gateway-probe."
_MARK = re.compile(rb"gateway-probe\.([0-9a-f]{16})\.(\d{10})\.([0-9a-f]{24})")


def mark(secret: bytes, nonce: str, made_at: datetime) -> str:
    """The mark, 66 characters of ASCII without a break. `nonce`: 16 hex characters, another one each time."""
    made = str(int(made_at.timestamp()))
    return f"gateway-probe.{nonce}.{made}.{probe_seal(secret, nonce, made)}"


def nonce_in(secret: bytes, content: bytes, at: datetime) -> str:
    """The nonce of the first mark in these bytes that is ours and valid `at` that time; empty without one."""
    if PREFIX not in content:
        return ""
    for found in _MARK.finditer(content):
        nonce, made, seal = (part.decode() for part in found.groups())
        fresh = abs(at - datetime.fromtimestamp(int(made), UTC)) <= VALID
        if fresh and hmac.compare_digest(seal, probe_seal(secret, nonce, made)):
            return nonce
    return ""
