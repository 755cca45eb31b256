"""Telephone numbers that cost whoever writes to them: premium rate, shared cost, satellite, networks of no country."""

from collections.abc import Iterable
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType

_COSTLY = {
    PhoneNumberType.PREMIUM_RATE: "premium rate",
    PhoneNumberType.SHARED_COST: "shared cost",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.PERSONAL_NUMBER: "personal number",
    PhoneNumberType.UAN: "company number",
}
_BEYOND = (
    ("+870", "satellite"), ("+881", "satellite"), ("+882", "international network"), ("+883", "international network"),
    ("+878", "personal number"), ("+979", "premium rate"), ("+808", "shared cost"), ("+888", "international network"),
)  # fmt: skip
"""ITU-T E.164 country codes that belong to no country (List of assigned country codes)."""


@lru_cache(maxsize=4096)
def costly(number: str) -> str:
    """Which costly range an E.164 number lies in; empty for an ordinary one."""
    for prefix, what in _BEYOND:
        if number.startswith(prefix):
            return what
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "number that nobody can have"
    return _COSTLY.get(phonenumbers.number_type(parsed), "")


@lru_cache(maxsize=4096)
def country(number: str) -> str:
    """The country code of an E.164 number with its plus; the number's first four characters where there is none."""
    try:
        return f"+{phonenumbers.parse(number).country_code}"
    except phonenumbers.NumberParseException:
        return number[:4]


def allowed(number: str, prefixes: Iterable[str]) -> bool:
    """Whether the organisation has said that it writes to such numbers."""
    return any(prefix and number.startswith(prefix) for prefix in prefixes)
