"""Where another mail begins among the words: the marks and header blocks that programs put above it."""

import re

from channels.mail.reading import history_words as said
from channels.mail.reading import signature

_LONG = 400
_MARKED = re.compile(r"^[\s*_>]{0,10}[-_=~*#]{2,}")
_ENDS = frozenset("-=_~*:：")
"""How such a mark ends: what else a line may end with is most of what there is."""
_QUOTE = re.compile(r"^\s{0,4}>\s?")


def forwards(line: str) -> bool:
    """A program's mark above a mail that it passes on, in its language."""
    if line.rstrip()[-1:] not in _ENDS:
        return False
    short = unquoted(line[:200])
    return bool(said.FORWARD.match(short) or said.FORWARDED.match(short))


def begins(lines: list[str], index: int) -> bool:
    """The mark or the header block of another mail, be it answered or passed on."""
    line = lines[index][:200]
    if ":" in line[:60] or "：" in line[:60]:
        return header_block(lines, index) or forwards(line)
    if _MARKED.match(line):
        return bool(said.ORIGINAL.match(line)) or forwards(line) or asks_to_write_above(line)
    return asks_to_write_above(line)


def marked(line: str) -> bool:
    """A program's mark between an answer and the old mail."""
    return bool(said.ORIGINAL.match(line[:200])) or asks_to_write_above(line)


def asks_to_write_above(line: str) -> bool:
    """The line that ticket systems ask people to write above."""
    return "above" in line and bool(said.ABOVE.search(line[:200]))


def header_block(lines: list[str], index: int) -> bool:
    """`From: … Sent: … Subject: …` as Outlook puts it over the old mail: three labels within nine lines.

    Looked at from the first label of a run only. Without a sender's address, a date with its time, or a subject and
    when it was sent it is none: whoever complains about a journey writes `From: London`, `To: Paris`. Nor is a form.
    """
    first = unquoted(lines[index][:80])
    if not said.LABEL.match(first) or (index and said.LABEL.match(unquoted(lines[index - 1][:80]))):
        return False
    block = [unquoted(line[:_LONG]) for line in lines[index : index + 9]]
    labels = _run(block)
    sender = next((line for line in labels if said.SENDER_LABEL.match(line)), "")
    subject = any(map(said.SUBJECT_LABEL.match, labels)) and any(map(said.SENT_LABEL.match, labels))
    telling = subject or said.ADDRESS.search(sender) or any(map(said.CLOCK.search, labels))
    form = any(map(said.FORM_LABEL.match, block[: len(labels) + 1]))
    enough = 2 if index and signature.DELIMITER.match(lines[index - 1]) else 3
    return bool(sender) and bool(telling) and not form and len(labels) >= enough


def _run(block: list[str]) -> list[str]:
    """The labelled lines up to the empty line under them."""
    labels: list[str] = []
    for line in block:
        if not line.strip() and len(labels) > 1:
            break
        if said.LABEL.match(line[:80]):
            labels.append(line)
    return labels


def unquoted(line: str) -> str:
    """Without one quote mark."""
    return _QUOTE.sub("", line, count=1) if ">" in line[:6] else line
