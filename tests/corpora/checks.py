"""One comparison of an expectation with a reading, and how texts are compared."""

import re
from dataclasses import dataclass

from tests.corpora.material import Entry


@dataclass(frozen=True, slots=True)
class Check:
    """`metric` names the row of the table; `truth` and `found` make precision and recall of yes-or-no metrics."""

    entry: Entry
    metric: str
    passed: bool
    expected: object = None
    found: object = None


def same(entry: Entry, metric: str, expected: object, found: object) -> Check:
    """Exactly equal."""
    return Check(entry, metric, expected == found, expected, found)


def same_text(entry: Entry, metric: str, expected: str, found: str) -> Check:
    """Equal but for line ends and white space at the ends of lines and of the whole."""
    return Check(entry, metric, settled(expected) == settled(found), settled(expected), settled(found))


def settled(text: str) -> str:
    """White space that no reader sees taken away; runs of empty lines count as one."""
    lines = [
        line.rstrip()
        for line in text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").split("\n")
    ]
    return re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()
