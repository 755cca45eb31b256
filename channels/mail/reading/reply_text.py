"""What the person wrote this time: the body without quoted history, with the signature kept apart.

Every line is looked at a bounded number of times, so the cost is linear: megabytes of quotes within quotes exist.
Words under a quotation are never thrown away: they belong to who answers below or between the quotes, or go to
the signature.
"""

import re
from dataclasses import dataclass

from channels.mail.reading import history_words as said
from channels.mail.reading import signature

MOST_LINES = 20_000
"""What a person wrote stands in these; more is looked at by nobody and stays in the whole body."""
_LOOK_BACK = 6
_NEAR = 240
_LONG = 400
_LISTED = 10
_AFTER = 7
"""Fewer lines than this under a full quotation, when words stand above it, are a signature nearly always."""
_QUOTE = re.compile(r"^\s{0,8}(?:>|[A-Z][A-Za-z]{1,15}> ?)")
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKED = re.compile(r"^[\s*_>]{0,10}[-_=~*#]{2,}")
_RUN = re.compile(r"(.)\1+")
_WRAPPED = re.compile(r"^\s*> ?(?:\(?\w+\)?(?:\(a\))? ?)?:\s*$")
"""The end of an introduction that was wrapped at its closing angle bracket."""
_CONTINUES = re.compile(r"^\s*(?:<|>|[\w.+'-]+@|\w+\s*:?\s*$)")


@dataclass(frozen=True, slots=True)
class Visible:
    """The new words and what stands under them (signature, notices)."""

    text: str
    signature: str = ""


def visible(body: str, forwarded: bool = False) -> Visible:
    """The visible reply of one body; quotations are lines that begin with `>`.

    Of a `forwarded` mail the mail below is what it is about, and stays.
    """
    plain = body if body.isascii() else _BIDI.sub("", body)
    lines = plain.split("\n", MOST_LINES)[:MOST_LINES]
    kinds = _kinds(lines)
    end = len(lines) if forwarded else _history(lines, kinds)
    kept, after = _without_quotes(lines[:end], kinds[:end])
    words, under = signature.split(signature.without_notices(kept))
    text = signature.trimmed(words)
    if text:
        return Visible(text, signature.trimmed([*under, *after]))
    return Visible("" if _only_history(lines, kinds) else body.strip())


def _only_history(lines: list[str], kinds: list[str]) -> bool:
    """Nothing but quotations, and introduced as such; without an introduction it is what the sender sent."""
    return "b" in kinds or (not set(kinds) - {"q", "e"} and _introduced(lines))


def _introduced(lines: list[str]) -> bool:
    """Is there an introduction among quoted lines?"""
    return any(said.VERB.search(line) and said.DATE.search(line) for line in lines[:50] if len(line) < _LONG)


def _kinds(lines: list[str]) -> list[str]:
    """One letter a line: e empty, q quoted, b introduction of a quotation, t text."""
    kinds = [
        "e" if not line.strip() else "q" if ">" in line and _QUOTE.match(line) else "t" for line in lines
    ]
    for index, line in enumerate(lines):
        if kinds[index] == "q" and _WRAPPED.match(line) and index and kinds[index - 1] in "te":
            kinds[index] = "t"
        if kinds[index] == "t" and 0 < index < len(lines) - 1 and kinds[index - 1] == "q" == kinds[index + 1]:
            kinds[index] = "q" if line[:1].islower() and len(line) < 80 else "t"
        if kinds[index] == "t" and said.ends(line[-_LONG:]):
            start = _introduction(lines, kinds, index)
            if start >= 0:
                kinds[start : index + 1] = "b" * (index + 1 - start)
    return kinds


def _introduction(lines: list[str], kinds: list[str], index: int) -> int:
    """Where the introduction that ends in this line begins, -1 when it is none.

    The nearest line that begins like one counts; else the line itself, else its short paragraph.
    """
    window = " ".join(lines[max(0, index - _LOOK_BACK + 1) : index + 1])[-_LONG * 2 :]
    if "@" not in window and "<" not in window and not said.VERB.search(window[-_NEAR:]):
        return -1
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
    addressed = bool(said.ADDRESS.search(joined))
    if said.VERB.search(joined):
        return addressed or (len(joined) < 200 and bool(said.DATE.search(joined)))
    return addressed and ("<" in joined or '"' in joined) and bool(said.DATE.search(joined))


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
    below = _below(kinds)
    for index, kind in enumerate(kinds):
        begins = below[index] == "t" if kind == "b" else kind == "t" and _begins(lines, index)
        if begins and has_words:
            return index
        if begins and not has_words and kind == "t":
            return len(lines)
        has_words = has_words or (kind == "t" and not signature.DELIMITER.match(lines[index]))
    return len(lines)


def _below(kinds: list[str]) -> list[str]:
    """For each line the kind of the first line under it that is neither empty nor an introduction."""
    found, nearest = [""] * len(kinds), ""
    for index in range(len(kinds) - 1, -1, -1):
        found[index] = nearest
        nearest = kinds[index] if kinds[index] in "tq" else nearest
    return found


def _begins(lines: list[str], index: int) -> bool:
    line = lines[index][:200]
    if ":" in line[:60] or "：" in line[:60]:
        return _header_block(lines, index) or bool(said.FORWARD.match(line))
    if _MARKED.match(line):
        return bool(said.ORIGINAL.match(line)) or ("above" in line and bool(said.ABOVE.search(line)))
    return "above" in line and bool(said.ABOVE.search(line))


def _header_block(lines: list[str], index: int) -> bool:
    """`From: … Sent: … Subject: …` as Outlook puts it over the old mail: three labels within nine lines.

    Looked at from the first label of a run only. A block without subject, date sent or address is none: whoever
    complains about a journey writes `From: London`, `To: Paris`.
    """
    if not said.LABEL.match(lines[index][:80]) or (index and said.LABEL.match(lines[index - 1][:80])):
        return False
    block = [line[:_LONG] for line in lines[index : index + 9]]
    labels = [line for line in block if said.LABEL.match(line)]
    sender = any(map(said.SENDER_LABEL.match, labels))
    telling = any(map(said.SUBJECT_LABEL.match, labels)) or any(map(said.ADDRESS.search, block))
    enough = 2 if index and signature.DELIMITER.match(lines[index - 1]) else 3
    return sender and telling and len(labels) >= enough


def _without_quotes(lines: list[str], kinds: list[str]) -> tuple[list[str], list[str]]:
    """Own lines (with quotes that are answered one by one), and the lines under a closing quotation."""
    tail = _tail_of(lines, kinds)
    lines, kinds, after = lines[:tail], kinds[:tail], lines[tail:]
    shape = "".join(kinds)
    head = len(shape) - len(shape.lstrip("et"))
    quoted = shape[head:].rstrip("te")
    if (
        "t" in shape[:head]
        and quoted[:1] == "b"
        and not quoted.strip("eqb")
        and not _only_greets(lines[:head])
    ):
        below = lines[head + len(quoted) :]
        if sum(1 for line in below if line.strip()) < _AFTER or _closes(below):
            return lines[:head], [*below, *after]
    if not _lists(lines, shape):
        shape = shape.rstrip("eqb")
    drop = "b" if "b" not in shape or _answers_one_by_one(shape) else "bq"
    return _joined_up(lines[: len(shape)], shape, drop), after


def _joined_up(lines: list[str], shape: str, drop: str) -> list[str]:
    """Without the lines of the kinds to drop; the empty lines around them become one gap."""
    kept: list[str] = []
    gap = False
    for line, kind in zip(lines, shape, strict=True):
        if kind in drop:
            gap = True
        elif not (gap and kind == "e" and (not kept or not kept[-1].strip())):
            kept.append(line)
            gap = False
    return kept


def _lists(lines: list[str], shape: str) -> bool:
    """Lines that begin with `>` because somebody lists something: few, announced by a colon or set right below."""
    above = len(shape.rstrip("eq"))
    if "b" in shape or above == 0 or shape[above - 1] != "t":
        return False
    few = _LISTED if lines[above - 1].rstrip().endswith(":") else 3 if shape[above : above + 1] == "q" else 0
    return 0 < shape.count("q") <= few and not _introduced(lines[above:])


def _answers_one_by_one(shape: str) -> bool:
    """More than one quotation has own words under it."""
    runs = _RUN.sub(r"\1", shape.replace("e", "")).replace("b", "")
    return _RUN.sub(r"\1", runs).count("qt") > 1


def _tail_of(lines: list[str], kinds: list[str]) -> int:
    """Where a signature under the last quotation begins (`--` is its first line), else the number of lines."""
    last = max((index for index, kind in enumerate(kinds) if kind == "q"), default=-1)
    for index in range(last + 1, len(lines)) if last >= 0 else ():
        if lines[index].strip():
            return index if signature.DASHES.match(lines[index]) else len(lines)
    return len(lines)


def _closes(below: list[str]) -> bool:
    """Lines under a quotation that are no answer: a signature, a notice."""
    return any(signature.DASHES.match(line) for line in below[:4]) or bool(
        said.CONFIDENTIAL.search(" ".join(below[:12])[:2000])
    )


def _only_greets(lines: list[str]) -> bool:
    said_lines = [line for line in lines if line.strip()]
    return len(said_lines) == 1 and bool(said.GREETING.match(said_lines[0]))
