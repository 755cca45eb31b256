"""Twilio's errors, named by what happens next."""

import pytest
from twilio.base.exceptions import TwilioRestException

from channels.contract import Unclear
from channels.sms.client import mapped
from schemas.errors import Misconfigured, Refused, Unavailable


@pytest.mark.parametrize(
    ("status", "code", "becomes"),
    [
        (400, 21211, Refused),
        (400, 21610, Refused),
        (400, 21614, Refused),
        (404, 20404, Refused),
        (400, 21212, Misconfigured),
        (400, 21606, Misconfigured),
        (401, 20003, Unavailable),
        (403, 20003, Unavailable),
        (429, 20429, Unavailable),
        (500, 20500, Unclear),
        (503, None, Unclear),
    ],
)
def test_an_error_says_what_happens_next(status: int, code: int | None, becomes: type[Exception]) -> None:
    error = mapped(TwilioRestException(status, "/Messages.json", "no", code), Unclear)
    assert type(error) is becomes


def test_a_refusal_keeps_twilio_s_code() -> None:
    error = mapped(TwilioRestException(400, "/Messages.json", "no", 21610), Unclear)
    assert isinstance(error, Refused)
    assert error.code == "21610"
    assert "opted out" in str(error)


def test_a_look_up_is_never_unclear() -> None:
    error = mapped(TwilioRestException(500, "/Messages.json", "no", 20500), Unavailable)
    assert type(error) is Unavailable


def test_a_wrong_setting_is_named() -> None:
    error = mapped(TwilioRestException(400, "/Messages.json", "no", 21606), Unclear)
    assert isinstance(error, Misconfigured)
    assert error.setting == "CHANNEL_SMS_FROM_NUMBER"
