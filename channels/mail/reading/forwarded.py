"""Mail that was passed on to us: where it begins, whose words they are. The inner author is a claim of the mail."""

from collections.abc import Sequence

from channels.mail.reading import addresses, blocks, enclosed, history_words
from channels.mail.reading.addresses import Mailbox
from channels.mail.reading.headers import split
from channels.mail.reading.structure import Part

_READ = 400
"""Lines in which the header of the forwarded mail is looked for."""
_HEADER = 14


def begins(lines: list[str], by_subject: bool, replying: bool) -> int:
    """The line where the mail that was passed on begins, -1 when none was.

    Said by a program's mark whatever the subject; by a header block where the subject says so, or where the mail
    answers nothing: an answer has its history there.
    """
    for index, line in enumerate(lines[:_READ]):
        if line.strip() and (blocks.forwards(line) or (by_subject and blocks.begins(lines, index))):
            return index
        if line.strip() and not (by_subject or replying) and blocks.header_block(lines, index):
            return index
    return -1


def words(lines: list[str]) -> str:
    """The mail that was passed on, without the marks of quotation that stand before all of it."""
    told = [line for line in lines if line.strip()]
    quoted = sum(line.lstrip().startswith(">") for line in told)
    plain = [blocks.unquoted(line) for line in lines] if 2 * quoted > len(told) else lines
    return "\n".join(plain).strip()


def author(parts: Sequence[Part], text: str, by_subject: bool, replying: bool) -> Mailbox | None:
    """Who wrote the forwarded mail, by its enclosed header or by the header block in the words."""
    lines = text.split("\n", _READ)[:_READ]
    start = begins(lines, by_subject, replying)
    if start < 0 and by_subject:
        start = 0
    found = _named_in(lines[start : start + (_READ if by_subject else _HEADER)]) if start >= 0 else None
    return found or (_enclosed(parts) if by_subject or not text.strip() else None)


def _enclosed(parts: Sequence[Part]) -> Mailbox | None:
    for part in parts:
        if enclosed.is_mail(part):
            content = part.content()
            found = addresses.first(split(content, 0, len(content))[0].raw("from"))
            if found.address:
                return found
    return None


def _named_in(lines: list[str]) -> Mailbox | None:
    named = None
    for line in map(blocks.unquoted, lines):
        label = history_words.SENDER_LABEL.match(line[:80])
        if label:
            found = addresses.first(line[label.end() : label.end() + 400].strip(" *_").encode())
            if found.address:
                return found
            named = named or (found if found.name else None)
    return named
