"""What the templates need of a language: how it writes a date."""

from datetime import datetime

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_PATTERNS = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}", "es": "{day} de {month} de {year}"}


def date_in(language: str, moment: datetime | None) -> str:
    """A day as people of this language write it, ISO 8601 in a language we have no words for; "" for None."""
    if moment is None:
        return ""
    if language not in _MONTHS:
        return moment.date().isoformat()
    month = _MONTHS[language].split()[moment.month - 1]
    return _PATTERNS[language].format(day=moment.day, month=month, year=moment.year)
