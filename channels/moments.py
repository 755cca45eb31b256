"""Points in time as providers write them, to aware datetimes. Pure; nonsense is None, never an error."""

from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError

_ISO: TypeAdapter[datetime] = TypeAdapter(datetime)
MILLISECONDS_FROM = 10**11
"""As seconds this would be the year 5138: larger numbers are milliseconds."""
LAST_SECOND = 253_402_300_799


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
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds <= LAST_SECOND else None


def _iso(text: str) -> datetime | None:
    try:
        found = _ISO.validate_python(text)
    except ValidationError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
