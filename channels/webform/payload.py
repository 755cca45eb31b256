"""What may be filled in: the one model that validates the page, the JSON API and a clerk's entry alike.

It asks for as little as it can and takes what people and programs send in its place: null for nothing, numbers for
texts, a number with a remark, dates in words. What was read otherwise than it was typed is noted, not refused.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from channels import mail_address, phone
from channels.webform import dates

LONGEST_DESCRIPTION = 50_000
LONGEST_REMEDY = 2_000
LONGEST_LINE = 200
MOST_NOTES = 20
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")
_LABEL = r"[^\s@<>\"(),:;\[\]\\.]{1,63}"
_MAIL = re.compile(rf"[^\s@<>\"(),:;\[\]\\\x00-\x1f]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{0,11}}\.?")
"""A dot stands between two labels, so that each text can be cut in one way only: a choice there takes seconds."""
_TAG = re.compile(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4})?")


def _clean(value: object) -> object:
    """A number as text; line ends as in text files; no control characters, no lone surrogates."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub(" ", text).encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _one_line(value: str) -> str:
    return " ".join(value.split())


Line = Annotated[
    str,
    BeforeValidator(_clean),
    StringConstraints(strip_whitespace=True, max_length=LONGEST_LINE),
    AfterValidator(_one_line),
]
Text = Annotated[
    str,
    BeforeValidator(_clean),
    StringConstraints(strip_whitespace=True, max_length=LONGEST_DESCRIPTION),
]


class ComplaintForm(BaseModel):
    """Only the description is required (ISO 10002: ask for nothing that is not needed to begin).

    Error types are message keys of the pages' catalogue. Validation context: `phone_region`, and `odd`, a list that
    takes a note of whatever was read otherwise than it was typed.
    """

    model_config = ConfigDict(extra="ignore")

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
        StringConstraints(strip_whitespace=True, max_length=LONGEST_REMEDY),
    ] = ""
    language: Annotated[str, BeforeValidator(_clean)] = ""

    @model_validator(mode="before")
    @classmethod
    def _what_was_said(cls, value: Any, info: ValidationInfo) -> Any:
        """Null is nothing; what we do not ask for is noted."""
        if not isinstance(value, Mapping):
            return value
        given = {name: one for name, one in value.items() if one is not None}
        for name in [name for name in given if name not in cls.model_fields]:
            _note(info, f"the field {str(name)[:40]!r} is not known: {str(given[name])[:LONGEST_LINE]}")
        return given

    @field_validator("description")
    @classmethod
    def _said_something(cls, value: str) -> str:
        if not mail_address.without_unseen(value).strip():
            raise PydanticCustomError("description_missing", "tell us what happened")
        return value

    @field_validator("email")
    @classmethod
    def _mailbox(cls, value: str) -> str:
        found = mail_address.bare(value)
        normal = mail_address.normal(found)
        if value and not (_MAIL.fullmatch(found) and normal.rpartition("@")[2].isascii()):
            raise PydanticCustomError("email_wrong", "this is not a mail address, like name@example.org")
        return normal

    @field_validator("phone")
    @classmethod
    def _e164(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return ""
        number, remark = phone_number(value, (info.context or {}).get("phone_region", ""))
        if remark:
            _note(info, f"the telephone number was written as {value}")
        return number

    @field_validator("problem_date")
    @classmethod
    def _day(cls, value: str) -> str:
        found = dates.day(value) if value else ""
        if found is None:
            raise PydanticCustomError("date_wrong", "write the date as year-month-day, like 2026-03-31")
        return found

    @field_validator("language")
    @classmethod
    def _tag(cls, value: str, info: ValidationInfo) -> str:
        """A language tag (RFC 5646), also as operating systems write it (`en_GB.UTF-8`); none for anything else."""
        tag = re.split(r"[.@]", value.strip())[0].replace("_", "-")[:35]
        if _TAG.fullmatch(tag):
            return tag
        _note(info, f"the language {value[:40]!r} is not known")
        return ""


def phone_number(text: str, region: str) -> tuple[str, bool]:
    """E.164 of a number as it is typed, and whether words stood beside it.

    `00` in front of a country's code is `+`; a number of one's own country needs `region`. Raises
    PydanticCustomError (`phone_wrong`).
    """
    typed = mail_address.without_unseen(text).strip()
    dialled = re.sub(r"^\(?00\)?(?=[\s(]*[1-9])", "+", typed)
    for number, remark in ((dialled, False), (_first_number(dialled, region), True)):
        if number and (found := _possible(number, region)):
            return found, remark
    raise PydanticCustomError("phone_wrong", "write the number with its country code, like +44 20 7946 0018")


def _possible(text: str, region: str) -> str | None:
    """A number that can be one; bare digits only when they are one for sure with a country's code in front."""
    if text.isdigit() and not region:
        found = phone.e164(text)
        return found if found and phonenumbers.is_valid_number(phonenumbers.parse(found)) else None
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    # letters are dialled on old keypads; beside a number they are words
    if not phonenumbers.is_possible_number(number) or re.search(r"[^\W\d_]{3,}", text):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _first_number(text: str, region: str) -> str:
    matches = phonenumbers.PhoneNumberMatcher(text, region or None, leniency=phonenumbers.Leniency.POSSIBLE)
    return next((match.raw_string for match in matches), "")


def _note(info: ValidationInfo, note: str) -> None:
    odd = (info.context or {}).get("odd")
    if isinstance(odd, list) and len(odd) < MOST_NOTES:
        odd.append(" ".join(str(_clean(note)).split()))
