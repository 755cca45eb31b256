"""Mails in the making: as few lines as a test needs."""

from channels.contract import Reading
from channels.mail.parse import read
from schemas.message import Message

HEAD = b"From: Ann Lee <ann@example.com>\r\nSubject: Boiler\r\nDate: Tue, 2 Aug 2016 10:00:00 +0200\r\n"


def mail(body: bytes = b"It leaks.\r\n", head: bytes = HEAD, extra: bytes = b"") -> bytes:
    """Headers, an empty line, a body."""
    return head + extra + b"\r\n" + body


def reading_of(raw: bytes, **facts: str) -> Reading:
    """The one reading of a mail."""
    (reading,) = read(raw, facts)
    return reading


def message_of(raw: bytes, **facts: str) -> Message:
    """The one message of a mail."""
    return reading_of(raw, **facts).message


def multipart(kind: str, *parts: bytes) -> bytes:
    """A whole mail with parts; each part has its own headers."""
    inside = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts)
    return mail(
        inside + b"--edge--\r\n", extra=f'Content-Type: multipart/{kind}; boundary="edge"\r\n'.encode()
    )


def part(content_type: str, body: bytes, *more: str) -> bytes:
    """One part with its headers."""
    lines = [f"Content-Type: {content_type}", *more, "", ""]
    return "\r\n".join(lines).encode() + body
