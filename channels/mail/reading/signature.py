"""What stands under a person's words: his signature, the line a telephone adds, an organisation's notices.

In doubt a line is the person's: a notice has two signs of one in its own paragraph, a block of contact lines has no
sentence in it, a telephone's line has nothing of his below it.
"""

import re

from channels.mail.reading import footer_words as footers
from channels.mail.reading import history_words as said

DELIMITER = re.compile(r"^\s*[-_=~*#+–—ᐧ]{1,}\s*$")
DASHES = re.compile(r"^\s{0,3}(?:--|- -|—-|-—)\s{0,2}$")
_RULE = re.compile(r"^\s*[-_=~*]{10,}\s*$")
_CONTACT = re.compile(
    r"@|https?://|www\.|\b(?:tel|fax|phone|mobile?|cell|skype|t\.|f\.|m\.)\b|\+?\d[\d ()./-]{6,}\d",
    re.IGNORECASE,
)
_SMALL = re.compile(r"(?<![\w@.])[^\W\d_A-Z][^\W\d_]+\b")
_CLOSING = 60
"""Lines at the end of a mail in which signatures and notices are looked for."""
_BELOW = 4
_READ = 1000
"""Characters of a line that are looked at."""


def without_notices(lines: list[str]) -> list[str]:
    """Confidentiality notices between rules of stars or dashes, and those that close the mail."""
    kept: list[str] = []
    index, has_words = 0, False
    while index < len(lines):
        line = lines[index]
        end = _notice_end(lines, index) if _RULE.match(line) else 0
        if not end and has_words and len(lines) - index <= _CLOSING and _apart(kept):
            end = _notice(lines, index)
        if end:
            apart = not kept or not kept[-1].strip()
            while apart and end < len(lines) and not lines[end].strip():
                end += 1
            index = end
            continue
        kept.append(line)
        has_words = has_words or bool(line.strip())
        index += 1
    return kept


def _apart(above: list[str]) -> bool:
    """What follows begins a paragraph."""
    return not above or not above[-1].strip() or bool(DELIMITER.match(above[-1]))


def _notice(lines: list[str], index: int) -> int:
    """Behind the notice that begins here, with all below it where no sentence of a person follows; 0 when none does."""
    if not footers.NOTICE.match(lines[index][:120]):
        return 0
    end = index
    while end < len(lines) and lines[end].strip():
        end += 1
    paragraph = _joined(lines[index:end])
    printed = footers.PRINTING.match(lines[index][:200])
    if not printed and not is_notice(paragraph):
        return 0
    rest = "\n".join(line[:_READ] for line in lines[end:]).split("\n\n")
    strange = [one for one in rest if says_something(one.split("\n")) and not is_notice(one[:3000])]
    return end if strange and not footers.FOOT.search(" ".join(strange)[:3000]) else len(lines)


def _joined(lines: list[str]) -> str:
    return " ".join(line[:_READ] for line in lines[: 2 * _CLOSING])[:6000]


def is_notice(text: str) -> bool:
    """Two signs of different sorts: that it is secret, and what a wrong reader must do."""
    secret = footers.SECRET.search(text) and footers.WRONG_READER.search(text)
    return bool(secret or footers.SCANNED.search(text)) and not footers.PERSONAL.search(text)


def _notice_end(lines: list[str], rule: int) -> int:
    """Behind the rule that closes the notice (or the end of the mail), 0 when no notice follows this rule."""
    for index in range(rule + 1, min(len(lines), rule + 2 * _CLOSING)):
        if _RULE.match(lines[index]):
            return index + 1 if is_notice(_joined(lines[rule + 1 : index])) else 0
    if len(lines) - rule > _CLOSING:
        return 0
    return len(lines) if is_notice(_joined(lines[rule + 1 :])) else 0


def split(lines: list[str], name: str = "", closed: bool = False) -> tuple[list[str], list[str]]:
    """Own words, and the signature: after `--`, from a "sent from my …" line, contact lines under a rule, what stands
    under the sender's `name` and is his organisation's, where its notice stood below (`closed`)."""
    has_words = False
    for index, line in enumerate(lines):
        if has_words and DASHES.match(line) and not _goes_on(lines, index):
            return lines[:index], lines[index + 1 :]
        if has_words and len(lines) - index <= _CLOSING:
            below = lines[index + 1 :]
            if (
                said.SENT_FROM.match(line[:200])
                and not said.SENT_BY_POST.search(line[:200])
                and _nothing(below)
            ):
                return lines[:index], lines[index:]
            if DELIMITER.match(line) and len(line.strip()) > 2 and _contacts(below):
                return lines[:index], below
            if name and line.strip().lower() == name and _company(below, closed):
                return lines[: index + 1], below
        has_words = has_words or bool(line.strip())
    return lines, []


def _company(below: list[str], closed: bool) -> bool:
    """An organisation's line, and what it prints under every mail below it (or already taken away: `closed`)."""
    printed = closed or any(footers.PRINTING.match(line[:200]) for line in below)
    return printed and bool(footers.COMPANY.search(_joined(below[:2])))


def _goes_on(lines: list[str], dashes: int) -> bool:
    """More of a story under two dashes than above them, and no signature's line in it."""
    below = [line for line in lines[dashes + 1 :] if line.strip()]
    told = [line for line in below if is_sentence(line)]
    above = sum(map(is_sentence, lines[:dashes]))
    if len(told) < 2 or above >= len(told) or lines[dashes].endswith(" "):
        return False
    return not is_notice(_joined(below)) and 2 * len(told) > len(below)


def _nothing(below: list[str]) -> bool:
    """Nothing of the person's: empty lines, a program's own, a name and contacts."""
    return (
        not any(is_sentence(line) for line in below)
        and sum(bool(line.strip()) for line in below) <= 2 * _BELOW
    )


def _contacts(lines: list[str]) -> bool:
    below = [line for line in lines if line.strip()]
    short = all(len(line) < 70 and not is_sentence(line) for line in below)
    return 0 < len(below) <= 15 and short and any(map(_CONTACT.search, below))


def says_something(lines: list[str]) -> bool:
    """Is any of the lines a sentence?"""
    return any(map(is_sentence, lines))


def is_sentence(line: str) -> bool:
    """Words of a sentence rather than a name, an address or a company's line: four small words, or an end of one."""
    short = line.strip()[:400]
    if not short.isascii() and footers.WIDE.search(short):
        return len(short) > 12 and not _CONTACT.search(short)
    words = short.split()
    if len(words) < 4:
        return False
    return len(_SMALL.findall(short)) > 3 or (short[-1] in ".!?" and not _CONTACT.search(short))


def trimmed(lines: list[str]) -> str:
    """Without empty lines and lone delimiters at the end, without empty lines at the start."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or DELIMITER.match(lines[end - 1])):
        end -= 1
    return "\n".join(lines[:end]).strip()
