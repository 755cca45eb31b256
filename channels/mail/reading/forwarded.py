"""Mail that somebody passed on to us: whose words they are. The inner author is a claim of the mail, not a sender."""

import re
from collections.abc import Sequence

from channels.mail.reading import addresses, history_words
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.headers import split
from channels.mail.reading.structure import Part

_SUBJECT = re.compile(
    r"^\W*(?:fwd?|wg|tr|rv|enc|i|vs|vb|videresend|doorst|pd|přeposláno|továbbítás|переслано|пересл|転送"
    r"|转发|轉寄|전달)\s*[:：]",
    re.IGNORECASE,
)
_READ = 200
"""Lines in which the header of the forwarded mail is looked for."""


def is_forward(subject: str) -> bool:
    """The subject says so, in the words of the mail programs."""
    return bool(_SUBJECT.match(subject[:200]))


def author(parts: Sequence[Part], subject: str, text: str) -> Mailbox | None:
    """Who wrote the forwarded mail, by its enclosed header or by the header block in the words."""
    if not is_forward(subject):
        return None
    for part in parts:
        if part.media_type == "message/rfc822":
            content = part.content()
            found = addresses.first(split(content, 0, len(content))[0].raw("from"))
            if found.address:
                return found
    return _named_in(text.split("\n", _READ)[:_READ])


def _named_in(lines: list[str]) -> Mailbox | None:
    for line in lines:
        label = history_words.SENDER_LABEL.match(line[:80])
        if label:
            found = addresses.first(line[label.end() : label.end() + 400].strip(" *_").encode())
            if found.address:
                return found
    return None
