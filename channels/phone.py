"""Telephone numbers as networks and people write them, to E.164 (ITU-T E.164, by libphonenumber). Pure."""

import re

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

from schemas.message import Address

_NOT_SENDER = re.compile(r"[^0-9A-Za-z+._-]")


def e164(number: str, region: str = "") -> str | None:
    """`number` as `+…`, None when it cannot be one.

    `region` (ISO 3166, two letters) reads numbers without a country code; vanity letters are dialled. Without
    a region, eleven digits and more are taken as beginning with the country code.
    """
    text = number.strip()
    if not text or len(text) > 40:
        return None
    digits = re.sub(r"\D", "", text)
    found = _parsed(text, region)
    return found or (_parsed(f"+{digits}", "") if len(digits) >= 11 else None)


def _parsed(text: str, region: str) -> str | None:
    try:
        number = parse(text, region.upper() or None)
    except NumberParseException:
        return None
    possible = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return format_number(number, PhoneNumberFormat.E164) if possible else None


def sender_address(sender: str, name: str = "", region: str = "") -> Address:
    """Who sent it: an E.164 number, or a short code or alphanumeric sender, which can take no answer."""
    number = e164(sender, region)
    if number is not None:
        return Address(kind="phone", value=number, name=name)
    account = normal_sender(sender)
    return Address(kind="account" if account else "none", value=account, name=name)


def normal_sender(sender: str) -> str:
    """A short code or an alphanumeric sender in one form: lower case, without ornaments."""
    return _NOT_SENDER.sub("", sender).lower()[:64]
