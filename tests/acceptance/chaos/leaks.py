"""What must not stand in a log: anything of the people who complained, and stack traces."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from tests.acceptance.chaos.findings import Finding
from tests.acceptance.people.person import SURNAME

_PEOPLE = re.compile(
    rf"{SURNAME}|customer\d+@example\.net|\+?1415\d{{7}}|chaos[ +](?:number|reply)|\bguest\d+\b|\b7000\d{{5}}\b"
    r"|\b(?:246|178)000000\d{4}\b",
    re.IGNORECASE,
)
"""Names, mailboxes, numbers and accounts of the people here, and the words of their complaints."""
_TRACE = re.compile(r"^Traceback \(most recent call last\)|^  File \".*\", line \d+, in ")
_LOST = re.compile(r"(\d+) confirmed deliveries were lost from the spool")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_SHOWN = 160


def leaks(logs: Sequence[Path]) -> list[Finding]:
    """One finding for each log and kind, with its first line and how many more there are."""
    return [one for log in logs for one in _of(log)]


def said_lost(logs: Sequence[Path]) -> int:
    """How many deliveries the doors say that their spools lost."""
    return sum(int(count) for log in logs for line in _lines(log) for count in _LOST.findall(line))


def _of(log: Path) -> Iterator[Finding]:
    for kind, pattern in (("personal data in a log", _PEOPLE), ("stack trace in a log", _TRACE)):
        lines = _lines(log)
        found = [place for place, line in enumerate(lines) if pattern.search(line)]
        if found:
            says = f"{log.name}, {len(found)} lines: {lines[found[0]].strip()[:_SHOWN]}"
            yield Finding(kind, -1, _moment(lines[: found[0] + 1]), says)


def _moment(lines: Sequence[str]) -> float:
    """When the last of them was written, by the newest stamp at the begin of a line."""
    stamps = (_STAMP.match(line) for line in reversed(lines))
    found = next((stamp for stamp in stamps if stamp), None)
    return datetime.strptime(found.group(), "%Y-%m-%d %H:%M:%S").astimezone().timestamp() if found else 0.0


def _lines(log: Path) -> list[str]:
    try:
        return log.read_text(errors="replace").splitlines()
    except OSError:
        return []
