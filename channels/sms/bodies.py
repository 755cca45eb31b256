"""Bodies that a carrier handed over in base64 instead of text. Pure.

Some carriers encode a message with characters they cannot carry and cut it at the segment: the last bytes of
a UTF-8 character may be missing.
"""

import base64
import binascii
import re

_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}")
_LEAST_PRINTABLE = 0.9


def decoded(body: str) -> str | None:
    """The text inside a base64 body; None when the body is what the person wrote.

    Only a long, unbroken run whose bytes are UTF-8 text with spaces counts, so a pasted key or word stays.
    """
    if len(body) % 4 or not _BASE64.fullmatch(body):
        return None
    try:
        raw = base64.b64decode(body, validate=True)
    except binascii.Error:
        return None
    text = raw.decode("utf-8", "ignore")
    lost = len(raw) - len(text.encode())
    readable = sum(char.isprintable() or char in "\n\r\t" for char in text)
    if lost > 3 or " " not in text or readable < _LEAST_PRINTABLE * len(text):
        return None
    return text
