"""What the person wrote this time: the body without quoted history, with the signature kept apart.

Every line is looked at a bounded number of times, so the cost is linear: megabytes of quotes within quotes exist.
In doubt a line is kept. Words under a quotation belong to who answers below or between the quotes, or go to the
signature; a mail that answers nothing has no history: what it quotes is evidence, what it encloses was passed on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.mail.reading import blocks, forwarded, introductions, signature
from channels.mail.reading import history_words as said

MOST_LINES = 20_000
"""What a person wrote stands in these; more is looked at by nobody and stays in the whole body."""
_LISTED = 10
_AFTER = 7
"""Fewer lines than this under a full quotation, when words stand above it, are a signature nearly always."""
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RUN = re.compile(r"(.)\1+")
_TWICE = re.compile(r"^\s{0,4}> ?>")
"""A quotation in a quotation: history, and no evidence."""
_DEEP = 3
_DOUBT = "hardly anything was left without quotations and notices: all of it is kept"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rest of the mail says of its body: the subject passes it on; it answers something; by whom it is."""

    forwards: bool = False
    replies: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Visible:
    """The new words, what stands under them (signature, notices), and history: what is quoted back."""

    text: str
    signature: str = ""
    history: str = ""
    doubt: str = ""
    """Why all of it was kept."""
    passed_on: bool = False
    """Another mail stands below, and stayed."""


def visible(body: str, setting: Setting = Setting()) -> Visible:
    """The visible reply of one body; quotations are lines that begin with `>`.

    Of a mail that was passed on the mail below is what it is about, and stays.
    """
    plain = body if body.isascii() else _BIDI.sub("", body)
    lines = plain.split("\n", MOST_LINES)[:MOST_LINES]
    start = forwarded.begins(lines, setting.forwards, setting.replies)
    if start >= 0:
        above = _own(lines[:start], setting)
        inner = forwarded.words(signature.without_notices(lines[start:]))
        return Visible(f"{above.text}\n\n{inner}".strip(), above.signature, passed_on=True)
    own = _own(lines, replace(setting, replies=setting.replies and not setting.forwards))
    if (own.text and not _lost(own, lines)) or not body.strip():
        return own
    within = _within(lines, setting)
    if within or not own.text:
        return within or (Visible(body.strip(), doubt=_DOUBT) if _says(lines) else own)
    return Visible(body.strip(), doubt=_DOUBT)


def _own(lines: list[str], setting: Setting) -> Visible:
    kinds = introductions.kinds(lines)
    if not setting.replies:
        kinds = [
            "t" if kind == "b" and below == "t" else kind
            for kind, below in zip(kinds, _below(kinds), strict=True)
        ]
    end = _history(lines, kinds, setting)
    kept, after = _without_quotes(lines[:end], kinds[:end], setting)
    told = signature.without_notices(kept)
    words, under = signature.split(told, setting.name.strip().lower(), closed=len(told) < len(kept))
    quoted = [line for line, kind in zip(lines[:end], kinds, strict=False) if kind in "qb"] + lines[end:]
    return Visible(signature.trimmed(words), signature.trimmed([*under, *after]), signature.trimmed(quoted))


def _lost(own: Visible, lines: list[str]) -> bool:
    """Nothing but a greeting, or a sentence that announces more, is left of words that nobody quoted."""
    left = [line for line in own.text.split("\n") if line.strip()]
    bare = all(said.GREETING.match(line) or not any(map(str.isalpha, line)) for line in left)
    if not bare and not left[-1].rstrip().endswith((":", "：")):
        return False
    known = set(own.history.split("\n"))
    gone = [line for line in lines if line.strip() and line not in known and line not in left]
    return signature.says_something(gone) and not signature.is_notice(
        " ".join(line[:1000] for line in gone[:100])[:6000]
    )


def _within(lines: list[str], setting: Setting) -> Visible | None:
    """Words inside of the quotation marks: one mark taken off, and read again; None when that tells nothing apart."""
    for _ in range(_DEEP):
        told = [line for line in lines if line.strip()]
        if 2 * sum(line.lstrip().startswith(">") for line in told) < len(told):
            return None
        lines = [blocks.unquoted(line.lstrip()) for line in lines if not _introduces(line)]
        found = _own(lines, setting)
        if found.text:
            return found if found.history and not _lost(found, lines) else None
    return None


def _says(lines: list[str]) -> bool:
    """Are there words at the first level, marked as quoted or not, that introduce nothing?"""
    first = [blocks.unquoted(line) for line in lines]
    return any(
        line.strip(" >") and not line.lstrip().startswith(">") and not _introduces(line) for line in first
    )


def _introduces(line: str) -> bool:
    return "b" in introductions.kinds([line, "> x"]) and not line.lstrip().startswith(">")


def _history(lines: list[str], kinds: list[str], setting: Setting) -> int:
    """The line where history without quote marks begins, the number of lines when it never does."""
    has_words = False
    below = _below(kinds)
    for index, kind in enumerate(kinds):
        begins = below[index] == "t" if kind == "b" else kind == "t" and blocks.begins(lines, index)
        begins = begins and (setting.replies or blocks.marked(lines[index]))
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


def _without_quotes(lines: list[str], kinds: list[str], setting: Setting) -> tuple[list[str], list[str]]:
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
    if not _lists(lines, shape, setting):
        shape = shape.rstrip("eqb")
    drop = "b" if "b" not in shape or _answers_one_by_one(shape) else "bq"
    if not setting.replies and "b" not in shape and not any(map(_TWICE.match, lines)):
        drop = ""
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


def _lists(lines: list[str], shape: str, setting: Setting) -> bool:
    """Quoted lines that somebody shows: all of them where the mail answers nothing and nobody introduces them; else
    few, announced by a colon or set right below."""
    above = len(shape.rstrip("eq"))
    if "b" in shape or above == 0 or shape[above - 1] != "t" or introductions.introduced(lines[above:]):
        return False
    if not setting.replies:
        return not any(_TWICE.match(line) for line in lines[above:])
    few = _LISTED if lines[above - 1].rstrip().endswith(":") else 3 if shape[above : above + 1] == "q" else 0
    return 0 < shape.count("q") <= few


def _answers_one_by_one(shape: str) -> bool:
    """More than one quotation has own words under it."""
    runs = _RUN.sub(r"\1", shape.replace("e", "")).replace("b", "")
    return _RUN.sub(r"\1", runs).count("qt") > 1


def _tail_of(lines: list[str], kinds: Sequence[str]) -> int:
    """Where a signature under the last quotation begins (`--` is its first line), else the number of lines."""
    last = max((index for index, kind in enumerate(kinds) if kind == "q"), default=-1)
    for index in range(last + 1, len(lines)) if last >= 0 else ():
        if lines[index].strip():
            return index if signature.DASHES.match(lines[index]) else len(lines)
    return len(lines)


def _closes(below: list[str]) -> bool:
    """Lines under a quotation that are no answer: a signature, a notice."""
    return any(signature.DASHES.match(line) for line in below[:4]) or signature.is_notice(
        " ".join(line[:1000] for line in below[:12])[:2000]
    )


def _only_greets(lines: list[str]) -> bool:
    said_lines = [line for line in lines if line.strip()]
    return len(said_lines) == 1 and bool(said.GREETING.match(said_lines[0]))
