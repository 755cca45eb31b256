"""Lines that introduce a quotation ("On … Ann wrote:"), and what looks like one and is a person's sentence."""

import re

from channels.mail.reading import history_words as said

_LOOK_BACK = 6
_NEAR = 240
_LONG = 400
_QUOTE = re.compile(r"^\s{0,8}(?:>|[A-Z][A-Za-z]{1,15}> ?)")
_WRAPPED = re.compile(r"^\s*> ?(?:\(?\w+\)?(?:\(a\))? ?)?:\s*$")
"""The end of an introduction that was wrapped at its closing angle bracket."""
_CONTINUES = re.compile(r"^\s*(?:<|>|[\w.+'-]+@|\w+\s*:?\s*$|\[[^\]]{1,40}\] \w+\s*:\s*$)")
_UNMARKED = re.compile(r"^\s*<?https?://\S*$|^\S{1,40}>[.,;]?\s*$")
"""What a program wrapped out of a quotation: a long address and its end."""
_WITHOUT = re.compile(
    r"<[^<>\n]{0,200}>|\([^()\n]{0,60}@[^()\n]{0,200}\)|[\w.+'-]{1,64}@[\w.-]{1,200}|\"[^\"\n]{0,100}\""
)


def kinds(lines: list[str]) -> list[str]:
    """One letter a line: e empty, q quoted, b introduction of a quotation, t text."""
    found = [
        "e" if not line.strip() else "q" if ">" in line and _QUOTE.match(line) else "t" for line in lines
    ]
    for index, line in enumerate(lines):
        if found[index] == "q" and _WRAPPED.match(line) and index and found[index - 1] in "te":
            found[index] = "t"
        if found[index] == "t":
            _wrapped_out(lines, found, index)
        if found[index] == "t" and said.ends(line[-_LONG:]):
            start = _introduction(lines, found, index)
            if start >= 0:
                found[start : index + 1] = "b" * (index + 1 - start)
    return found


def _wrapped_out(lines: list[str], kinds: list[str], index: int) -> None:
    """A line that belongs to the quotation around it although it lost its mark."""
    if not 0 < index < len(lines) - 1 or kinds[index - 1] != "q":
        return
    line = lines[index]
    if kinds[index + 1] == "q":
        kinds[index] = "q" if (line[:1].islower() and len(line) < 80) or _UNMARKED.match(line) else "t"
    elif (
        _UNMARKED.match(line) and _UNMARKED.match(lines[index + 1]) and kinds[index + 2 : index + 3] == ["q"]
    ):
        kinds[index] = kinds[index + 1] = "q"


def introduced(lines: list[str]) -> bool:
    """Is there an introduction among quoted lines?"""
    near = (line for line in lines[:50] if len(line) < _LONG and said.VERB.search(line))
    return any(said.DATE.search(line) or said.ADDRESS.search(line) for line in near)


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
    if said.SENTENCE.search(_WITHOUT.sub(" ", joined)):
        return False
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
    quoted = below is not None and kinds[below] == "q"
    return quoted and len(line) < 100 and bool(said.VERB.search(line)) and not said.SENTENCE.search(line)
