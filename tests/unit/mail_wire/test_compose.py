"""A letter's bytes: the same at each attempt, threaded, automatic, and nobody's words become a header."""

import contextlib
import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channels.mail.compose import Sender, envelope
from channels.mail.reading import ours
from schemas.errors import Refused
from schemas.identity import letter_id, person_key, reply_token
from schemas.message import Address, ReplyRoute
from tests.integration.mail_wire.letters import a_letter

OURS = Sender("complaints@organisation.example", "The Organisation, Müller & Co")
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To",
    "References", "Reply-To", "Content-Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def route(address: str, thread: str = "", references: list[str] | None = None) -> ReplyRoute:
    return ReplyRoute(
        channel="mail",
        address=Address(kind="mail", value=address),
        thread=thread,
        references=references or [],
    )


def test_the_same_letter_is_the_same_bytes_and_only_seven_bits() -> None:
    first, second = envelope(a_letter(), OURS), envelope(a_letter(), OURS)
    assert first == second
    assert first.content.isascii()
    assert parsed(first.content)["date"] == "Wed, 04 Mar 2026 05:06:07 +0000"
    assert max(len(line) for line in first.content.split(b"\r\n")) < 998
    assert b"\n" not in first.content.replace(b"\r\n", b"")


def test_our_own_reader_finds_letter_and_token_in_what_we_send() -> None:
    secret = b"s" * 32
    letter = a_letter(
        letter_id=letter_id("ABCD-EFGH-12345", "acknowledgement", "mail"),
        key=person_key(secret, "mail", "anna@customer.example"),
        token=reply_token(secret, "ABCD-EFGH-12345"),
    )
    sent = envelope(letter, OURS)
    named = f"{letter.letter_id}.{letter.key}"
    assert ours.letter([sent.message_id]) == named == ours.letter([sent.mail_from])
    assert ours.reply_token([parsed(sent.content)["reply-to"]]) == letter.token
    assert len(sent.mail_from.partition("@")[0]) <= 64, "RFC 5321, 4.5.3.1.1"


def test_an_acknowledgement_of_a_form_is_replied_and_has_no_thread() -> None:
    mail = parsed(envelope(a_letter(route=route("anna@customer.example")), OURS).content)
    assert mail["auto-submitted"] == "auto-replied"
    assert mail["in-reply-to"] is None
    assert mail["references"] is None


def test_null_sender_and_plain_reply_address_where_set_so() -> None:
    plain = Sender("complaints@organisation.example", verp=False, subaddressing=False)
    sent = envelope(a_letter(), plain)
    assert sent.mail_from == ""
    assert parsed(sent.content)["reply-to"] == "complaints@organisation.example"


def test_a_long_chain_keeps_its_first_and_its_newest() -> None:
    chain = [f"{number}@customer.example" for number in range(500)]
    mail = parsed(envelope(a_letter(route=route("a@b.example", chain[-1], chain)), OURS).content)
    references = mail["references"].split()
    assert references[0] == "<0@customer.example>"
    assert references[-1] == "<499@customer.example>"
    assert len(references) == 21


def test_a_foreign_domain_goes_in_ascii_and_only_a_foreign_local_part_needs_smtputf8() -> None:
    domain = envelope(a_letter("anna@bücher.example"), OURS)
    assert (domain.recipient, domain.smtputf8) == ("anna@xn--bcher-kva.example", False)
    local = envelope(a_letter("jörg@bücher.example"), OURS)
    assert (local.recipient, local.smtputf8) == ("jörg@xn--bcher-kva.example", True)
    assert parsed(local.content)["to"] == "jörg@xn--bcher-kva.example"


@pytest.mark.parametrize(
    "address",
    [
        "", "anna", "@b.example", "a@", "a@b@c.example", "a b@c.example", "a@b.example\r\nBcc: x@y.example",
        "a@b.example, x@y.example", "<a@b.example>", "a@-b.example", "a@b..example", "a" * 65 + "@b.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(Refused):
        envelope(a_letter(address), OURS)


HOSTILE = st.text(max_size=100) | st.sampled_from(
    [
        "x\r\nBcc: evil@evil.example",
        "x\nBcc: evil",
        "=?utf-8?q?x=0D=0ABcc:_evil@evil.example?=",
        "=??Q?=0D=0A0",
        "=?utf-8?q?x=0D=0ABcc=3Aevil?=@evil.example",
        "\x00\x85Bcc: e",
    ]
)


@settings(deadline=None, max_examples=60)
@example(subject="", thread="=?utf-8?q?x=0D=0ABcc=3Aevil?=", reference="", name="", address="a@b.example")
@example(subject="", thread="", reference="", name="=??Q?=0D=0A0", address="a@b.example")
@example(subject="", thread="", reference="", name="", address="=?utf-8?q?x=0D=0ABcc=3Aevil?=@evil.example")
@given(subject=HOSTILE, thread=HOSTILE, reference=HOSTILE, name=HOSTILE, address=HOSTILE)
def test_no_word_of_anybody_becomes_a_header(
    subject: str, thread: str, reference: str, name: str, address: str
) -> None:
    letter = a_letter(subject=subject, route=route(address, thread, [reference, "ok@x.example"]))
    with contextlib.suppress(Refused):
        assert (
            header_names(envelope(letter, Sender("complaints@organisation.example", name)).content) <= HEADERS
        )
    plain = letter.model_copy(update={"route": route("anna@customer.example", thread, [reference])})
    assert header_names(envelope(plain, Sender("complaints@organisation.example", name)).content) <= HEADERS


def header_names(content: bytes) -> set[str]:
    lines = content.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return {line.partition(b":")[0].decode() for line in lines if line[:1] not in (b" ", b"\t")}


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=1000))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    mail = parsed(envelope(a_letter(text=text), OURS).content)
    body = mail.get_body(("plain",))
    assert body is not None
    even = "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).rstrip("\n")
    assert str(body.get_content()).replace("\r\n", "\n").rstrip("\n") == even
