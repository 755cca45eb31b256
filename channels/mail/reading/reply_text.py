"""What the person wrote this time: the body without quoted history, with the signature kept apart.

Every line is looked at a bounded number of times, so the cost is linear: mails of quotes within quotes of
megabytes exist. Words that follow a quotation are dropped from nothing: they are the text of who answers below or
between the quotes, or go to the signature.
"""

import re
from dataclasses import dataclass

from channels.mail.reading import history_words as said

_LOOK_BACK = 6
_LONG = 400
_AFTER = 7
"""Fewer lines than this under a full quotation, when words stand above it, are a signature nearly always."""
_QUOTE = re.compile(r"^\s{0,8}(?:>|[A-Z][A-Za-z]{1,15}> ?)")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_WRAPPED = re.compile(r"^\s*> ?(?:\(?\w+\)?(?:\(a\))? ?)?:\s*$")
"""The end of an introduction that was wrapped at its closing angle bracket."""
_CONTINUES = re.compile(r"^\s*(?:<|>|[\w.+'-]+@|\w+\s*:?\s*$)")
_DELIMITER = re.compile(r"^\s*[-_=~*#+–—ᐧ]{1,}\s*$")
_RULE = re.compile(r"^\s*[-_=~*]{10,}\s*$")
_DASHES = re.compile(r"^\s{0,3}(?:--|- -|—-|-—)\s{0,2}$")
_CONTACT = re.compile(
    r"@|https?://|www\.|\b(?:tel|fax|phone|mobile?|cell|skype|t\.|f\.|m\.)\b|\+?\d[\d ()./-]{6,}\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visible:
    """The new words and what stands under them (signature, notices)."""

    text: str
    signature: str = ""


def visible(body: str) -> Visible:
    """The visible reply of one body; quotations are lines that begin with `>`."""
    lines = _BIDI.sub("", body).split("\n")
    kinds = _kinds(lines)
    end = _history(lines, kinds)
    kept, after = _without_quotes(lines[:end], kinds[:end])
    words, signature = _signature(_without_notices(kept))
    text = _trimmed(words)
    if not text:
        whole = body.strip() if end < len(lines) or not any(kind == "b" for kind in kinds) else ""
        if not (whole and all(kind in "qe" for kind in kinds) and _introduced(lines)):
            return Visible(whole, "")
        return Visible("", "")
    return Visible(text, _trimmed([*signature, *after]))


def _introduced(lines: list[str]) -> bool:
    """Is there an introduction among quoted lines? Then they are history and nothing else."""
    return any(said.VERB.search(line) and said.DATE.search(line) for line in lines[:50] if len(line) < _LONG)


def _kinds(lines: list[str]) -> list[str]:
    """One letter a line: e empty, q quoted, b introduction of a quotation, t text."""
    kinds = ["e" if not line.strip() else "q" if _QUOTE.match(line) else "t" for line in lines]
    for index, line in enumerate(lines):
        if kinds[index] == "q" and _WRAPPED.match(line) and index and kinds[index - 1] in "te":
            kinds[index] = "t"
        if kinds[index] == "t" and 0 < index < len(lines) - 1 and kinds[index - 1] == "q" == kinds[index + 1]:
            kinds[index] = "q" if line[:1].islower() and len(line) < 80 else "t"
        if kinds[index] == "t" and said.ENDS.search(line[-_LONG:]):
            start = _introduction(lines, kinds, index)
            if start >= 0:
                kinds[start : index + 1] = "b" * (index + 1 - start)
    return kinds


def _introduction(lines: list[str], kinds: list[str], index: int) -> int:
    """Where the introduction that ends in this line begins, -1 when it is none.

    The nearest line that begins like one counts; else the line itself, else its short paragraph.
    """
    joined, paragraph = "", -1
    for start in range(index, max(-1, index - _LOOK_BACK), -1):
        if kinds[start] in "qb" or (kinds[start] == "e" and not _CONTINUES.match(lines[start + 1] or "<")):
            break
        joined = f"{lines[start].strip()} {joined}"
        if len(joined) > _LONG:
            break
        if kinds[start] == "t" and said.STARTS.match(lines[start]) and _introduces(joined):
            return start
        heads = start == 0 or kinds[start - 1] != "t"
        if paragraph < 0 and heads and kinds[start] == "t" and index - start < 3 and _introduces(joined):
            paragraph = start
    line = lines[index]
    if len(line) < 160 and _introduces(line) and not _CONTINUES.match(line):
        return index
    return paragraph if paragraph >= 0 else index if _named_only(lines, kinds, index) else -1


def _introduces(joined: str) -> bool:
    dated, addressed = bool(said.DATE.search(joined)), bool(said.ADDRESS.search(joined))
    if said.VERB.search(joined):
        return addressed or (dated and len(joined) < 200)
    return dated and addressed and ("<" in joined or '"' in joined)


def _named_only(lines: list[str], kinds: list[str], index: int) -> bool:
    """`John Doe wrote:` and quoted lines directly below."""
    below = next(
        (place for place in range(index + 1, min(index + 4, len(lines))) if kinds[place] != "e"), None
    )
    line = lines[index]
    return below is not None and kinds[below] == "q" and len(line) < 100 and bool(said.VERB.search(line))


def _history(lines: list[str], kinds: list[str]) -> int:
    """The line where history without quote marks begins, the number of lines when it never does."""
    has_words = False
    for index, kind in enumerate(kinds):
        begins = kind in "tb" and _begins(lines, kinds, index)
        if begins and has_words:
            return index
        if begins and not has_words and kind == "t":
            return len(lines)
        has_words = has_words or (kind == "t" and not _DELIMITER.match(lines[index]))
    return len(lines)


def _begins(lines: list[str], kinds: list[str], index: int) -> bool:
    line = lines[index]
    if kinds[index] == "b":
        following = next((place for place in range(index, len(lines)) if kinds[place] not in "be"), None)
        return following is not None and kinds[following] == "t"
    return bool(said.ORIGINAL.match(line[:200]) or said.FORWARD.match(line[:200])) or _header_block(
        lines, index
    )


def _header_block(lines: list[str], index: int) -> bool:
    """`From: … Sent: … Subject: …` as Outlook puts it over the old mail: three labels within eight lines."""
    if not said.LABEL.match(lines[index][:80]):
        return False
    block = [line[:_LONG] for line in lines[index : index + 9]]
    labels = [line for line in block if said.LABEL.match(line)]
    sender = [line for line in labels if said.SENDER_LABEL.match(line)]
    telling = any(said.SUBJECT_LABEL.match(line) for line in labels) or any(map(said.ADDRESS.search, block))
    return (
        bool(sender) and telling and len(labels) >= (2 if index and _DELIMITER.match(lines[index - 1]) else 3)
    )


def _without_quotes(lines: list[str], kinds: list[str]) -> tuple[list[str], list[str]]:
    """Own lines (with quotes that are answered one by one), and the lines under a closing quotation."""
    tail = _tail_of(lines, kinds)
    lines, kinds, after = lines[:tail], kinds[:tail], lines[tail:]
    shape = "".join(kinds)
    top = re.match(r"^[et]*?t[et]*(?=b+[eqb]*[te]*$)", shape)
    if top and not _only_greets(lines[: top.end()]):
        below = lines[len(shape.rstrip("te")) :]
        if sum(1 for line in below if line.strip()) < _AFTER or any(
            _DASHES.match(line) for line in below[:4]
        ):
            return lines[: top.end()], [*below, *after]
    shape = re.sub(r"[eqb]+$", "", shape)
    answered = len(re.findall(r"q[eq]*b*e*t", shape)) > 1 or not re.search("b", shape)
    drop = "b" if answered else "bq"
    return [line for line, kind in zip(lines, shape, strict=False) if kind not in drop], after


def _tail_of(lines: list[str], kinds: list[str]) -> int:
    """Where a signature under the last quotation begins (`--` is its first line), else the number of lines."""
    last = max((index for index, kind in enumerate(kinds) if kind == "q"), default=-1)
    for index in range(last + 1, len(lines)) if last >= 0 else ():
        if lines[index].strip():
            return index if _DASHES.match(lines[index]) else len(lines)
    return len(lines)


def _closes(below: list[str]) -> bool:
    """Lines under a quotation that are no answer: a signature, a notice."""
    return any(_DASHES.match(line) for line in below[:4]) or bool(
        said.CONFIDENTIAL.search(" ".join(below[:12])[:2000])
    )


def _only_greets(lines: list[str]) -> bool:
    said_lines = [line for line in lines if line.strip()]
    return len(said_lines) == 1 and bool(said.GREETING.match(said_lines[0]))


def _without_notices(lines: list[str]) -> list[str]:
    """Confidentiality notices between rules of stars or dashes, and those that close the mail."""
    kept: list[str] = []
    index = 0
    while index < len(lines):
        if _RULE.match(lines[index]):
            end = _notice_end(lines, index)
            if end:
                index = end
                continue
        elif said.NOTICE.match(lines[index][:120]) and (
            not kept or not kept[-1].strip() or _DELIMITER.match(kept[-1])
        ):
            following = " ".join(lines[index : index + 8])
            if (
                said.CONFIDENTIAL.search(following[:2000])
                and len(lines) - index <= 40
                and any(map(str.strip, kept))
            ):
                break
        kept.append(lines[index])
        index += 1
    return kept


def _notice_end(lines: list[str], rule: int) -> int:
    """Behind the rule that closes the notice (or the end of the mail), 0 when no notice follows this rule."""
    for index in range(rule + 1, len(lines)):
        if _RULE.match(lines[index]):
            inside = " ".join(lines[rule + 1 : index])
            return index + 1 if said.CONFIDENTIAL.search(inside[:6000]) else 0
    rest = " ".join(lines[rule + 1 :])
    return len(lines) if len(lines) - rule <= 60 and said.CONFIDENTIAL.search(rest[:6000]) else 0


def _signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Own words, and the signature: after `--`, from a "sent from my …" line, or contact lines under a rule."""
    for index, line in enumerate(lines):
        if _DASHES.match(line) and any(map(str.strip, lines[:index])):
            return lines[:index], lines[index + 1 :]
        if (
            said.SENT_FROM.match(line[:120])
            and len(lines) - index <= 12
            and any(map(str.strip, lines[:index]))
        ):
            return lines[:index], lines[index:]
        if _DELIMITER.match(line) and len(line.strip()) > 2 and _contacts(lines[index + 1 :]):
            return lines[:index], lines[index + 1 :]
    return lines, []


def _contacts(lines: list[str]) -> bool:
    below = [line for line in lines if line.strip()]
    return 0 < len(below) <= 15 and all(len(line) < 70 for line in below) and any(map(_CONTACT.search, below))


def _trimmed(lines: list[str]) -> str:
    """Without empty lines and lone delimiters at the end, without empty lines at the start."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _DELIMITER.match(lines[end - 1])):
        end -= 1
    return "\n".join(lines[:end]).strip()
