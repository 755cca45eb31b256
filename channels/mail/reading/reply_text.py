"""What the person wrote this time: the body without quoted history, with the signature kept apart."""

import re
from dataclasses import dataclass

_INTRO = re.compile(r"^\s*(?:on\b.{5,200}\bwrote:|-{2,}\s*original message\s*-{2,})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Visible:
    """The new words and the signature under them."""

    text: str
    signature: str = ""


def visible(body: str) -> Visible:
    """Cut the history and the signature away; linear in the length of the body."""
    lines = body.split("\n")
    kept: list[str] = []
    for line in lines:
        if _INTRO.match(line):
            break
        if not line.startswith(">"):
            kept.append(line)
    for index, line in enumerate(kept):
        if line in ("--", "-- "):
            return Visible("\n".join(kept[:index]).strip(), "\n".join(kept[index + 1 :]).strip())
    return Visible("\n".join(kept).strip())
