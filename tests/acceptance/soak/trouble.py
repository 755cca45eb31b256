"""Lines of trouble in the logs, alike ones counted together."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

_TROUBLE = re.compile(r"\b(?:WARNING|ERROR|CRITICAL)\b|^Traceback|Error: ")
_VARIES = re.compile(
    r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}|0x[0-9a-f]+|[0-9a-f]{12,}|\d+"
)


def troubles(logs: Path) -> Counter[str]:
    """Line without what varies → how often it stands in any log of the folder."""
    return Counter(
        f"{path.name}: {line}"
        for path in sorted(logs.glob("*.log"))
        for line in alike(path.read_text(errors="replace").splitlines())
    )


def alike(lines: Iterable[str]) -> Iterable[str]:
    """Lines of trouble with numbers, ids and references as `#`."""
    return (_VARIES.sub("#", line)[:200] for line in lines if _TROUBLE.search(line))
