"""Points in time as providers write them, to aware datetimes. Pure; nonsense is None, never an error."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, TypeAdapter, ValidationError

_ISO: TypeAdapter[datetime] = TypeAdapter(datetime)
MILLISECONDS_FROM = 10**11
"""As seconds this would be the year 5138: larger numbers are milliseconds."""
LAST_SECOND = 253_402_300_799
FIRST_YEAR, LAST_YEAR = 1900, 8999


def moment(value: object) -> datetime | None:
    """Seconds or milliseconds since 1970 (number or text), or an ISO 8601 date; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return _iso(text)
    seconds = number / 1000 if number >= MILLISECONDS_FROM else number
    return utc(datetime.fromtimestamp(seconds, UTC)) if 0 <= seconds <= LAST_SECOND else None


def utc(found: datetime) -> datetime | None:
    """The moment in UTC (one without a zone is UTC already); None at the edges of the calendar.

    There no zone can be undone and no day added, and nobody wrote anything.
    """
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _iso(text: str) -> datetime | None:
    try:
        found = _ISO.validate_python(text)
    except ValidationError:
        return None
    return utc(found)


When = Annotated[datetime | None, BeforeValidator(moment)]
"""A field of a payload that is a point in time, or None where a provider wrote nonsense."""
