"""The mail address that a form names: what is one, and that no text takes long to be refused."""

import time

import pytest
from pydantic import ValidationError

from channels.mail.reading import addresses
from channels.mail_address import normal
from channels.webform.payload import ComplaintForm


def named(address: str) -> str:
    return ComplaintForm.model_validate({"description": "It leaks.", "email": address}).email


@pytest.mark.parametrize(
    "address", ["a@b.example", "Ann.Lee+bill@mail.example.org", "a@localhost", "a@b.example."]
)
def test_an_address_is_taken_in_the_form_that_mail_has(address: str) -> None:
    assert named(address) == address.lower().rstrip(".") == normal(address)


@pytest.mark.parametrize("domain", ["faß.example", "bücher.example", "παράδειγμα.example", "β.example."])
def test_a_person_who_writes_by_mail_and_by_form_is_one_person(domain: str) -> None:
    mail = addresses.first(f"Anna <anna@{domain}>".encode()).address
    assert named(f"Anna@{domain}") == addresses.normal(mail)
    assert named(f"anna@{domain}").isascii()


@pytest.mark.parametrize(
    "address",
    ["a", "a@", "@b.example", "a@b..example", "a@.example", 'a@b.example{"', f"a@{'x' * 64}.example"],
)
def test_what_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="not a mail address"):
        named(address)


@pytest.mark.parametrize(
    "hostile", ['a@NumMedia=9999999999b.example{"a":', f'a@{"9" * 60}"', f'a@{"9." * 100}"']
)
def test_no_text_takes_long_to_be_refused(hostile: str) -> None:
    """Each of these took seconds, or for ever, where a label could be cut in two ways."""
    started = time.process_time()
    with pytest.raises(ValidationError):
        named(hostile)
    assert time.process_time() - started < 0.5
