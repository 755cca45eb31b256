"""Numbers as people and networks write them."""

import pytest

from channels.phone import e164, normal_sender, sender_address


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+49 30 901820", "", "+4930901820"),
        ("030/901820", "DE", "+4930901820"),
        ("0049 30 901820", "DE", "+4930901820"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("442079460123", "", "+442079460123"),
        ("  +44 20 7946 0123 ", "", "+442079460123"),
    ],
)
def test_a_number_has_one_form(text: str, region: str, number: str) -> None:
    assert e164(text, region) == number


@pytest.mark.parametrize(
    ("text", "region"), [("", ""), ("5550123", "US"), ("abc", "US"), ("+", ""), ("9" * 50, "")]
)
def test_what_cannot_be_a_number_is_none(text: str, region: str) -> None:
    assert e164(text, region) is None


def test_a_sender_that_is_no_number_is_an_account() -> None:
    assert sender_address("+12025550123").kind == "phone"
    assert sender_address("55512").kind == "account"
    assert sender_address("!Bank!").value == "bank"
    assert sender_address("").kind == "none"
    assert normal_sender(" MTN ") == "mtn"
