"""What makes a mail the same mail when it comes again. Frozen: golden vectors hold version 1 in place.

Mailbox, Message-ID and a hash of the raw bytes without the headers that transports add, each on its own way.
A Message-ID repeated with other content is therefore a new message; without Message-ID the hash alone decides.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from schemas.message import Message

if TYPE_CHECKING:
    import hashlib

VERSION = b"mail-1"
_PORTION = 1024 * 1024
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?", re.MULTILINE)
_TRACE = re.compile(
    rb"(?:received(?:-spf)?|return-path|delivered-to|envelope-to|status|content-length|lines"
    rb"|dkim-signature|domainkey-signature|dkim-filter|authentication-results"
    rb"|arc-.*|x-(?:received|original-to|envelope-.*|uidl?|status|keywords|authentication-results|trace|folder|mailbox-line"
    rb"|(?:mozilla|google|gm|spam|virus|amavis|rspamd|proofpoint|mimecast|barracuda|forefront|ms-exchange|getmail)-.*))",
    re.IGNORECASE,
)


def parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Version, mailbox, Message-ID (may be empty) and the hash, in this order."""
    mailbox = facts.get("mailbox", "").lower().encode()
    return (VERSION, mailbox, message.message_id.encode(), content_hash(raw))


def content_hash(raw: bytes) -> bytes:
    """SHA-256 of the mail without its trace headers, line ends as LF, empty lines at its end dropped."""
    end, body = _blank(raw)
    head = raw[:end] + b"\n" if end < len(raw) else raw
    digest = sha256(_FIELD.sub(_kept, _even(head)))
    if end < len(raw):
        _add_body(digest, raw, body)
    return digest.digest()


def _blank(raw: bytes) -> tuple[int, int]:
    """Where the first two line ends in a row begin and end, of whatever kind; the end of the mail without any."""
    first = len(raw)
    for pair in (b"\n\r", b"\n\n", b"\r\r"):
        found = raw.find(pair, 0, first + 1)
        first = found if found >= 0 else first
    if first == len(raw):
        return first, first
    begins = first - 1 if raw[first - 1 : first + 1] == b"\r\n" else first
    return begins, first + (3 if raw[first + 1 : first + 3] == b"\r\n" else 2)


def _add_body(digest: "hashlib._Hash", raw: bytes, start: int) -> None:
    """The body in portions, so that a mail of 50 MB is not copied; it begins with its two line ends."""
    owed, carry = 2, b""
    for begin in range(start, len(raw), _PORTION):
        portion = carry + raw[begin : begin + _PORTION]
        carry = b"\r" if portion.endswith(b"\r") and begin + _PORTION < len(raw) else b""
        even = _even(portion.removesuffix(carry) if carry else portion)
        words = even.rstrip(b"\n")
        if words:
            digest.update(b"\n" * owed + words)
            owed = 0
        owed += len(even) - len(words)


def _even(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _kept(found: re.Match[bytes]) -> bytes:
    return b"" if _is_trace(found.group(1)) else found.group()


@lru_cache(maxsize=1024)
def _is_trace(name: bytes) -> bool:
    """Does a transport add this field? The same few names come with every mail."""
    return _TRACE.fullmatch(name) is not None
