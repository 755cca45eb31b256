"""What stands under a person's words: his signature, the line a telephone adds, an organisation's notices."""

import re

from channels.mail.reading import history_words as said

DELIMITER = re.compile(r"^\s*[-_=~*#+–—ᐧ]{1,}\s*$")
DASHES = re.compile(r"^\s{0,3}(?:--|- -|—-|-—)\s{0,2}$")
_RULE = re.compile(r"^\s*[-_=~*]{10,}\s*$")
_CONTACT = re.compile(
    r"@|https?://|www\.|\b(?:tel|fax|phone|mobile?|cell|skype|t\.|f\.|m\.)\b|\+?\d[\d ()./-]{6,}\d",
    re.IGNORECASE,
)
_CLOSING = 60
"""Lines at the end of a mail in which signatures and notices are looked for."""


def without_notices(lines: list[str]) -> list[str]:
    """Confidentiality notices between rules of stars or dashes, and those that close the mail."""
    kept: list[str] = []
    index, has_words = 0, False
    while index < len(lines):
        line = lines[index]
        end = _notice_end(lines, index) if _RULE.match(line) else 0
        if end:
            index = end
            continue
        if has_words and len(lines) - index <= _CLOSING and _apart(kept) and _is_notice(lines, index):
            break
        kept.append(line)
        has_words = has_words or bool(line.strip())
        index += 1
    return kept


def _apart(above: list[str]) -> bool:
    """What follows begins a paragraph."""
    return not above or not above[-1].strip() or bool(DELIMITER.match(above[-1]))


def _is_notice(lines: list[str], index: int) -> bool:
    return bool(
        said.NOTICE.match(lines[index][:120])
        and said.CONFIDENTIAL.search(" ".join(lines[index : index + 8])[:2000])
    )


def _notice_end(lines: list[str], rule: int) -> int:
    """Behind the rule that closes the notice (or the end of the mail), 0 when no notice follows this rule."""
    for index in range(rule + 1, min(len(lines), rule + 2 * _CLOSING)):
        if _RULE.match(lines[index]):
            inside = " ".join(lines[rule + 1 : index])
            return index + 1 if said.CONFIDENTIAL.search(inside[:6000]) else 0
    if len(lines) - rule > _CLOSING:
        return 0
    return len(lines) if said.CONFIDENTIAL.search(" ".join(lines[rule + 1 :])[:6000]) else 0


def split(lines: list[str]) -> tuple[list[str], list[str]]:
    """Own words, and the signature: after `--`, from a "sent from my …" line, or contact lines under a rule."""
    has_words = False
    for index, line in enumerate(lines):
        if has_words and DASHES.match(line):
            return lines[:index], lines[index + 1 :]
        left = len(lines) - index
        if has_words and left <= _CLOSING:
            if left <= 12 and said.SENT_FROM.match(line[:200]):
                return lines[:index], lines[index:]
            if DELIMITER.match(line) and len(line.strip()) > 2 and _contacts(lines[index + 1 :]):
                return lines[:index], lines[index + 1 :]
        has_words = has_words or bool(line.strip())
    return lines, []


def _contacts(lines: list[str]) -> bool:
    below = [line for line in lines if line.strip()]
    return 0 < len(below) <= 15 and all(len(line) < 70 for line in below) and any(map(_CONTACT.search, below))


def trimmed(lines: list[str]) -> str:
    """Without empty lines and lone delimiters at the end, without empty lines at the start."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or DELIMITER.match(lines[end - 1])):
        end -= 1
    return "\n".join(lines[:end]).strip()
