"""What makes a mail the same mail when it comes again. Frozen: golden vectors hold version 1 in place.

Mailbox, Message-ID and a hash of the raw bytes without the headers that transports add, each on its own way.
A Message-ID repeated with other content is therefore a new message; without Message-ID the hash alone decides.
"""

import re
from collections.abc import Mapping
from hashlib import sha256

from schemas.message import Message

VERSION = b"mail-1"
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
    even = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    blank = even.find(b"\n\n")
    head, rest = (even[: blank + 1], even[blank:]) if blank >= 0 else (even, b"")
    digest = sha256(_FIELD.sub(_kept, head))
    digest.update(rest.rstrip(b"\n"))
    return digest.digest()


def _kept(found: re.Match[bytes]) -> bytes:
    return b"" if _TRACE.fullmatch(found.group(1)) else found.group()
