"""Address lists (RFC 5322 section 3.4) as they are written: quotes, comments, groups, encoded words, mistakes."""

import re
from dataclasses import dataclass

from channels.mail.reading import words
from channels.mail_address import normal

__all__ = ["Mailbox", "first", "normal", "parse"]
MOST = 500
_ADDRESS = re.compile(
    r"[^\s\x00-\x1f\x7f<>\"(),:;\[\]]{1,256}@"
    r"(?:\[[^\]\s\x00-\x1f\x7f]{1,100}\]|[^\s\x00-\x1f\x7f<>\"(),:;\[\]@]{1,255})"
)
_AROUND = re.compile(r"\s*([@.])\s*")
_MARK = re.compile(r'[\\="()<>,;:]')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address and the name beside it; `address` is `""` when only a name was given."""

    name: str
    address: str


def parse(raw: bytes, hint: str = "") -> list[Mailbox]:
    """The mailboxes of a From, To or Reply-To value, at most `MOST`."""
    value = words.eight_bit(words.unfold(raw), hint)
    if value.startswith("=?") and "@" not in value and "<" not in value:
        value = words.words(value)
    found = []
    for item in _items(value[:100_000]):
        mailbox = _mailbox(item)
        if mailbox.name or mailbox.address:
            found.append(mailbox)
        if len(found) >= MOST:
            break
    return found


def first(raw: bytes, hint: str = "") -> Mailbox:
    """The first mailbox that has an address, else the first name, else nothing."""
    found = parse(raw, hint)
    return next(
        (mailbox for mailbox in found if mailbox.address),
        found[0] if found else Mailbox("", ""),
    )


def _items(value: str) -> list[str]:
    """Split at commas and semicolons outside quotes, comments and angle brackets; group names fall away."""
    items: list[str] = []
    start = depth = 0
    quoted = angle = False
    skip = 0
    closing = value.rfind('"')
    for found in _MARK.finditer(value):
        index, character = found.start(), found.group()
        if index < skip:
            continue
        if character == "\\":
            skip = index + 2
        elif character == "=" and value.startswith("=?", index):
            skip = words.end_of_word(value, index)
        elif quoted:
            quoted = character != '"'
        elif character == '"' and index < closing:
            quoted = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif character == "<":
            angle = True
        elif character == ">":
            angle = False
        elif character in ",;" and not angle:
            items.append(value[start:index])
            start = index + 1
        elif character == ":" and not angle and "@" not in value[start:index]:
            start = index + 1
    return [*items, value[start:]]


def _mailbox(item: str) -> Mailbox:
    bare, comments = _without_comments(item)
    opened = bare.rfind("<")
    if opened >= 0:
        inner, _, after = bare[opened + 1 :].partition(">")
        return Mailbox(
            _name(bare[:opened].rstrip("< ") + " " + after.lstrip("> ")) or _name(comments),
            _address(inner) or _address(bare[:opened]),
        )
    address = _address(bare)
    if address:
        rest = bare.replace(address, " ", 1) if address in bare else ""
        return Mailbox(_name(rest) or _name(comments), address)
    return Mailbox(_name(bare) or _name(comments), "")


def _address(text: str) -> str:
    text = text.strip().removeprefix("mailto:").strip()
    if "=?" in text:
        text = words.words(text)
    if text.startswith('"') and '"@' in text:
        return words.tidy(text.split()[-1] if " " not in text.split('"@')[0] else text)
    found = _ADDRESS.search(_AROUND.sub(r"\1", text) if len(text.split()) > 1 else text)
    if found:
        return found.group().strip("'").rstrip(".")
    return ""


def _name(text: str) -> str:
    text = text.strip().strip(",;").strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    return " ".join(words.tidy(words.words(words.unescaped(text))).split()).strip(" \"'")


def _without_comments(item: str) -> tuple[str, str]:
    """The text outside `(...)`, and the words inside."""
    if "(" not in item:
        return item, ""
    outside: list[str] = []
    inside: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in item:
        escaped, skipped = character == "\\" and not escaped, escaped
        quoted = quoted != (character == '"' and not depth and not skipped)
        if character == "(" and not quoted and not skipped:
            depth += 1
        elif character == ")" and depth and not quoted and not skipped:
            depth -= 1
        else:
            (inside if depth else outside).append(character)
    return "".join(outside), "".join(inside)
