"""Moments as providers write them, so that letters of all channels sort alike."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def iso(moment: str | float) -> str:
    """RFC 3339 in UTC from RFC 3339, RFC 2822 or seconds; what cannot be read stays as it is."""
    if isinstance(moment, int | float):
        return datetime.fromtimestamp(moment, UTC).isoformat()
    try:
        read = datetime.fromisoformat(moment) if moment[:4].isdecimal() else parsedate_to_datetime(moment)
    except ValueError:
        return moment
    return read.astimezone(UTC).isoformat()
