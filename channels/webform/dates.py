"""A day as people write it, to year-month-day where only one day can be meant. Pure.

What may be two days (`03/11/2026`) or none in particular (`3 November`, `last week`) is the person's own words.
"""

import re
from datetime import date, datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jänner enero ene",
            "feb february februar febrero",
            "mar march märz mrz marzo",
            "apr april abril abr",
            "may mai mayo",
            "jun june juni junio",
            "jul july juli julio",
            "aug august agosto ago",
            "sep sept september septiembre setiembre",
            "oct october oktober okt octubre",
            "nov november noviembre",
            "dec december dezember dez diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMBERS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


def day(text: str) -> str | None:
    """`2026-11-03` for what can be one day only, the text itself for anything else; None for a day that never was."""
    said = text.strip()
    moment = _iso(said)
    if moment:
        return moment
    if _ISO.fullmatch(said):
        return None
    found = _from_numbers(said) or _from_words(said)
    return found.isoformat() if found else said


def _iso(text: str) -> str:
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        return ""


def _from_numbers(text: str) -> date | None:
    """Year first, or day and month in an order that leaves no doubt: dots have the day first everywhere."""
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, sign, second, third = match[1], match[2], match[3], match[4]
    if len(first) == 4:
        return _day(int(first), int(second), int(third))
    if len(third) != 4:
        return None
    one, other, year = int(first), int(second), int(third)
    if sign == "." or one > 12 or one == other:
        return _day(year, other, one)
    return _day(year, one, other) if other > 12 else None


def _from_words(text: str) -> date | None:
    """One month by its name, one day, one year; weekdays and small words do not matter."""
    words = _WORDS.findall(text.lower())
    months = {_MONTHS[word] for word in words if word in _MONTHS}
    numbers = [int(word) for word in words if word.isdigit() and len(word) <= 4]
    years = [number for number in numbers if number >= 1000]
    days = [number for number in numbers if number < 1000]
    if len(months) != 1 or len(years) != 1 or len(days) != 1:
        return None
    return _day(years[0], months.pop(), days[0])


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
