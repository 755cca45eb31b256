"""What a person wrote into an invitation or its answer (RFC 5545, RFC 5546)."""

import re

from channels.mail.reading import charset
from channels.mail.reading.structure import Part

_READ = 200_000
_FOLD = re.compile(r"\n[ \t]")
_FIELD = re.compile(
    r"^(DESCRIPTION|COMMENT|SUMMARY|METHOD)(?:;[^:\n]{0,500})?:([^\n]*)$", re.IGNORECASE | re.MULTILINE
)
_ESCAPED = re.compile(r"\\([nN,;\\])")


def words(part: Part) -> str:
    """DESCRIPTION and COMMENT of the first event, else its SUMMARY; of an answer only the COMMENT."""
    fields = _fields(part)
    if _method(part) == "REPLY":
        return fields.get("COMMENT", "").strip()
    told = [fields[name] for name in ("DESCRIPTION", "COMMENT") if fields.get(name, "").strip()]
    return "\n".join(told) or fields.get("SUMMARY", "")


def answers(top: Part) -> bool:
    """The answer of a calendar to an invitation (METHOD:REPLY), without a word beside."""
    parts = [part for part in top.walk() if part.media_type == "text/calendar"]
    return any(_method(part) == "REPLY" and not _fields(part).get("COMMENT", "").strip() for part in parts)


def _method(part: Part) -> str:
    return (part.parameters.get("method") or _fields(part).get("METHOD", "")).strip().upper()


def _fields(part: Part) -> dict[str, str]:
    text = charset.decode(part.content()[:_READ], part.parameters.get("charset", "") or "utf-8")[0]
    unfolded = _FOLD.sub("", text.replace("\r\n", "\n"))
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(unfolded):
        found.setdefault(name.upper(), _ESCAPED.sub(_meant, value))
    return found


def _meant(escaped: re.Match[str]) -> str:
    return "\n" if escaped.group(1) in "nN" else escaped.group(1)
