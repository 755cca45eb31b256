"""Values that travel through a browser and come back: sealed for one purpose and for a time."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

_SEAL_CHARACTERS = 32


def seal(secret: bytes, purpose: str, value: str, at: datetime) -> str:
    """`value`, readable but not changeable, with the time it was made: three URL-safe parts."""
    body = f"{base64.urlsafe_b64encode(value.encode()).decode()}.{int(at.timestamp()):x}"
    return f"{body}.{_seal(secret, purpose, body)}"


def unseal(secret: bytes, purpose: str, sealed: str, now: datetime, keeps: timedelta) -> str | None:
    """The value; None when it was changed, is for another purpose, or is older than it keeps."""
    body, _, found = sealed.rpartition(".")
    if not hmac.compare_digest(_seal(secret, purpose, body).encode(), found.encode("utf-8", "replace")):
        return None
    encoded, _, made = body.partition(".")
    try:
        age = now.timestamp() - int(made, 16)
        value = base64.urlsafe_b64decode(encoded).decode()
    except (ValueError, binascii.Error):
        return None
    return value if -300 <= age <= keeps.total_seconds() else None


def _seal(secret: bytes, purpose: str, body: str) -> str:
    message = f"sealed.v1\0{purpose}\0{body}".encode("utf-8", "replace")
    return hmac.digest(secret, message, "sha256").hex()[:_SEAL_CHARACTERS]
