"""The Date header (RFC 5322 section 3.3), for display only: a year 0 or an impossible zone is a gap, never an error."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NO_YEAR = re.compile(r"(?<![\d+-])0000\b")
_FIRST, _LAST = 1970, 2200


def parse(value: str) -> datetime | None:
    """The moment in UTC, None when nobody could say which one was meant."""
    if _NO_YEAR.search(value):
        return None
    try:
        moment = parsedate_to_datetime(value[:200])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if _FIRST <= moment.year <= _LAST else None
