"""How a caller proves itself at a door: HMAC signatures and shared secrets, compared in constant time."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever its capitals (RFC 9110, 5.1); empty when it is missing."""
    found = headers.get(name.lower())
    if found is not None:
        return found
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def same(given: str, expected: str) -> bool:
    """Constant-time equality; an empty secret equals nothing."""
    return bool(expected) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def same_as_any(given: str, expected: Iterable[str]) -> bool:
    """Constant-time equality with one of several secrets (rotation); looks at all of them."""
    return sum(same(given, one) for one in expected) > 0


def hex_digest(secret: str, body: bytes) -> str:
    """HMAC-SHA-256 of the raw body in hexadecimal, as X-Hub-Signature-256 carries it after `sha256=`."""
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()
