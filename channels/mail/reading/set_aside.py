"""What of a body is not among the person's words: signatures, notices, quotations. Kept: danger is looked for in it."""

from collections import Counter


def rest(body: str, text: str, beside: str, ours: str = "") -> str:
    """The lines of `body` that `text` has not, and `beside`; without `ours`, what our own letter said.

    A line counts by its words: marks of quotation and white space make no other line of it.
    """
    if body.strip() == text:
        return beside
    told = Counter(map(_bare, text.split("\n")))
    letter = Counter(map(_bare, ours.split("\n")))
    left = []
    for line in body.split("\n"):
        bare = _bare(line)
        if told[bare] > 0:
            told[bare] -= 1
        elif letter[bare] > 0:
            letter[bare] -= 1
        elif any(map(str.isalnum, bare)):
            left.append(line.rstrip())
    return "\n".join([*left, beside] if beside else left).strip()


def _bare(line: str) -> str:
    return line.lstrip("> \t").rstrip()
