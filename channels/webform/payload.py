"""What may be filled in: the one model that validates the page, the JSON API and a clerk's entry alike."""

import re
from datetime import date
from typing import Annotated

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from channels.mail_address import normal

LONGEST_DESCRIPTION = 50_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")
_LABEL = r"[^\s@<>\"(),:;\[\]\\.]{1,63}"
_MAIL = re.compile(rf"[^\s@<>\"(),:;\[\]\\\x00-\x1f]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{0,11}}\.?")
"""A dot stands between two labels, so that each text can be cut in one way only: a choice there takes seconds."""


def _clean(value: object) -> object:
    """Line ends as in text files; no control characters, no lone surrogates."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub(" ", text).encode("utf-8", "replace").decode()


def _one_line(value: str) -> str:
    return " ".join(value.split())


Line = Annotated[
    str,
    BeforeValidator(_clean),
    StringConstraints(strip_whitespace=True, max_length=200),
    AfterValidator(_one_line),
]
Text = Annotated[
    str,
    BeforeValidator(_clean),
    StringConstraints(strip_whitespace=True, max_length=LONGEST_DESCRIPTION),
]


class ComplaintForm(BaseModel):
    """Only the description is required (ISO 10002: ask for nothing that is not needed to begin).

    Error types are message keys of the pages' catalogue. Validation context: `phone_region`.
    """

    model_config = ConfigDict(extra="forbid")

    description: Text
    name: Line = ""
    email: Line = ""
    phone: Line = ""
    acting_for: Line = ""
    product: Line = ""
    account_or_order: Line = ""
    problem_date: Line = ""
    remedy: Annotated[
        str,
        BeforeValidator(_clean),
        StringConstraints(strip_whitespace=True, max_length=2000),
    ] = ""
    language: Annotated[
        str,
        StringConstraints(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", max_length=35),
    ] = ""

    @field_validator("description")
    @classmethod
    def _said_something(cls, value: str) -> str:
        if not value:
            raise PydanticCustomError("description_missing", "tell us what happened")
        return value

    @field_validator("email")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        if value and not _MAIL.fullmatch(value):
            raise PydanticCustomError("email_wrong", "this is not a mail address, like name@example.org")
        return normal(value)

    @field_validator("phone")
    @classmethod
    def _e164(cls, value: str, info: ValidationInfo) -> str:
        return phone_number(value, (info.context or {}).get("phone_region", "")) if value else ""

    @field_validator("problem_date")
    @classmethod
    def _day(cls, value: str) -> str:
        if not value:
            return value
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError as error:
            raise PydanticCustomError(
                "date_wrong", "write the date as year-month-day, like 2026-03-31"
            ) from error


def phone_number(text: str, region: str) -> str:
    """E.164 of a number as it is typed; raises PydanticCustomError (`phone_wrong`)."""
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException as error:
        raise PydanticCustomError(
            "phone_wrong",
            "write the number with its country code, like +44 20 7946 0018",
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise PydanticCustomError(
            "phone_wrong",
            "write the number with its country code, like +44 20 7946 0018",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
