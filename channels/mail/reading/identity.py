"""What makes a mail the same mail when it comes again. Frozen: golden vectors hold version 1 in place.

Mailbox, Message-ID and a hash of the raw bytes without the headers that every transport adds on its own way.
A Message-ID repeated with other content is therefore a new message; without Message-ID the hash alone decides.
"""

import re
from collections.abc import Mapping
from hashlib import sha256

from schemas.message import Message

VERSION = b"mail-1"
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?", re.MULTILINE)
_TRACE = frozenset(
    b"received return-path delivered-to envelope-to x-original-to x-envelope-to x-envelope-from x-received x-uid x-uidl "
    b"x-mozilla-status x-mozilla-status2 x-mozilla-keys status x-status x-keywords content-length lines "
    b"dkim-signature domainkey-signature dkim-filter authentication-results x-authentication-results received-spf "
    b"arc-seal arc-message-signature arc-authentication-results x-google-smtp-source x-gm-message-state x-google-dkim-signature "
    b"x-spam-status x-spam-level x-spam-score x-spam-flag x-spam-checker-version x-spam-report x-virus-scanned x-virus-status "
    b"x-trace x-mailbox-line x-getmail-retrieved-from-mailbox x-folder".split()
)


def parts(raw: bytes, message: Message, facts: Mapping[str, str]) -> tuple[bytes, ...]:
    """Version, mailbox, Message-ID (may be empty) and the hash, in this order."""
    return (
        VERSION,
        facts.get("mailbox", "").lower().encode(),
        message.message_id.encode(),
        content_hash(raw),
    )


def content_hash(raw: bytes) -> bytes:
    """SHA-256 of the mail without its trace headers, line ends as LF, trailing empty lines dropped."""
    even = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    blank = even.find(b"\n\n")
    head, rest = (even[: blank + 1], even[blank:]) if blank >= 0 else (even, b"")
    digest = sha256(
        _FIELD.sub(
            lambda found: b"" if found.group(1).lower() in _TRACE else found.group(),
            head,
        )
    )
    digest.update(rest.rstrip(b"\n"))
    return digest.digest()
