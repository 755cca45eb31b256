"""What people and programs send in place of what the form asks for: read where it can be, noted, else refused."""

from urllib.parse import quote_from_bytes

import pytest
from pydantic import ValidationError

from channels.mail.reading import addresses
from channels.webform.payload import ComplaintForm
from schemas.form import FilledForm
from tests.unit.front.conftest import House


def read(**fields: object) -> tuple[ComplaintForm, list[str]]:
    odd: list[str] = []
    found = ComplaintForm.model_validate({"description": "It leaks.", **fields}, context={"odd": odd})
    return found, odd


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mari\u200ba@example.net", "maria@example.net"),
        ("\ufeffmaria@example.net\u2060", "maria@example.net"),
        ("\u202amaria@example.net\u202c", "maria@example.net"),
        ("maria＠example.net", "maria@example.net"),
        ("maria@example。net", "maria@example.net"),
        ("ｍａｒｉａ@example．net", "maria@example.net"),
        ("<maria@example.net>", "maria@example.net"),
        ("Maria Blum <Maria@Example.net>", "maria@example.net"),
        ("mailto:maria@example.net", "maria@example.net"),
        ("anna@faß.example", "anna@xn--fa-hia.example"),
        ("anna@MÜNCHEN.example", "anna@xn--mnchen-3ya.example"),
        ("jo\u0308rg@example.net", "jörg@example.net"),
    ],
)
def test_an_address_is_the_one_that_was_meant_and_the_same_as_in_a_mail(typed: str, meant: str) -> None:
    form, _ = read(email=typed)
    assert form.email == meant
    (box,) = addresses.parse(f"Maria <{meant}>".encode())
    assert addresses.normal(box.address) == form.email


@pytest.mark.parametrize("typed", ["maria@exam ple.net", "maria＠＠example.net", "maria@\ud800.example"])
def test_what_is_no_address_is_still_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="not a mail address"):
        read(email=typed)


@pytest.mark.parametrize(
    "typed",
    [
        "0044 20 7946 0018",
        "(00)44 20 7946 0018",
        "+44 (0) 20 7946 0018",
        "+44 20 7946 0018 (after six)",
        "ring +442079460018 please, not at night",
        442079460018,
        "442079460018",
        "\u202a+44 20 7946 0018\u202c",
    ],
)
def test_a_number_with_its_country_is_read_however_it_is_written(typed: object) -> None:
    assert read(phone=typed)[0].phone == "+442079460018"


def test_words_beside_a_number_are_noted() -> None:
    assert read(phone="+44 20 7946 0018 (after six)")[1] == [
        "the telephone number was written as +44 20 7946 0018 (after six)"
    ]


@pytest.mark.parametrize("typed", ["020 7946 0018", "11987654321", "12", "after six", "0000"])
def test_a_number_without_its_country_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="country code"):
        read(phone=typed)


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("2026-11-03", "2026-11-03"),
        ("2026-11-03T00:00:00Z", "2026-11-03"),
        ("2026-11-03 14:30", "2026-11-03"),
        ("20261103", "2026-11-03"),
        ("2026/11/3", "2026-11-03"),
        ("3.11.2026", "2026-11-03"),
        ("13/11/2026", "2026-11-13"),
        ("11/13/2026", "2026-11-13"),
        ("11/11/2026", "2026-11-11"),
        ("3 November 2026", "2026-11-03"),
        ("November 3rd, 2026", "2026-11-03"),
        ("Dienstag, 3. November 2026", "2026-11-03"),
        ("3 de noviembre de 2026", "2026-11-03"),
        ("03/11/2026", "03/11/2026"),
        ("3 November", "3 November"),
        ("last week", "last week"),
        ("31 February 2026", "31 February 2026"),
        ("from 1 to 3 May 2026", "from 1 to 3 May 2026"),
        ("1.3.26", "1.3.26"),
    ],
)
def test_a_day_that_can_be_meant_in_one_way_is_read_and_any_other_kept(typed: str, read_as: str) -> None:
    assert read(problem_date=typed)[0].problem_date == read_as


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("en_GB", "en-GB"),
        ("de_DE.UTF-8", "de-DE"),
        ("en", "en"),
        (None, ""),
        ("English please", ""),
        ("", ""),
    ],
)
def test_a_language_is_a_tag_or_nothing(typed: object, read_as: str) -> None:
    assert read(language=typed)[0].language == read_as


def test_null_is_nothing_and_an_unknown_field_is_noted() -> None:
    form, odd = read(phone=None, email=None, account_or_order=4711, colour="red")
    assert (form.phone, form.email, form.account_or_order) == ("", "", "4711")
    assert odd == ["the field 'colour' is not known: red"]


@pytest.mark.asyncio
async def test_what_was_read_otherwise_goes_with_the_complaint(house: House) -> None:
    body = {"description": "It leaks.", "colour": "red", "phone": "+44 20 7946 0018 evenings"}
    async with house.client() as client:
        answer = await client.post("/complain", json=body)
    assert answer.status_code == 201
    (form,) = house.intake.forms()
    assert form.odd == [
        "the field 'colour' is not known: red",
        "the telephone number was written as +44 20 7946 0018 evenings",
    ]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("field", "length", "limit"),
    [("description", 60_000, "50,000"), ("remedy", 2_001, "2,000"), ("name", 201, "200")],
)
async def test_a_text_that_is_too_long_is_told_its_limit_and_its_field(
    house: House, field: str, length: int, limit: str
) -> None:
    async with house.client() as client:
        answer = await client.post("/complain", json={"description": "x", field: "y" * length})
    assert answer.status_code == 422
    told = answer.json()
    assert told["errors"] == [
        {
            "pointer": f"#/{field}",
            "code": "too_long",
            "detail": f"This text is too long: at most {limit} characters.",
        }
    ]
    assert told["detail"].startswith(f"{field}: ")


async def filled(house: House, body: bytes, kind: str) -> FilledForm:
    async with house.client() as client:
        answer = await client.post("/complain", content=body, headers={"content-type": kind})
    assert answer.status_code == 201, answer.text
    return house.intake.forms()[-1]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        ("utf-8", ""),
        ("utf-8", "; charset=UTF-8"),
        ("latin-1", "; charset=ISO-8859-1"),
        ("cp1252", '; charset="windows-1252"'),
        ("latin-1", ""),
        ("utf-8", "; charset=no-such-thing"),
        ("utf-8", "; charset=rot13"),
    ],
)
@pytest.mark.parametrize("percent", [True, False])
async def test_a_form_is_read_in_the_charset_that_it_says(
    house: House, encoding: str, kind: str, percent: bool
) -> None:
    words = "Die Tür fällt zu".encode(encoding)
    body = b"description=" + (quote_from_bytes(words).encode() if percent else words.replace(b" ", b"+"))
    form = await filled(house, body, f"application/x-www-form-urlencoded{kind}")
    assert form.description == "Die Tür fällt zu"
