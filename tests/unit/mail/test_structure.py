"""Which parts are words and which are files, whole or broken."""

import pytest

from schemas.errors import TooLarge
from tests.unit.mail.mails import HEAD, mail, message_of, multipart, part, reading_of

PLAIN = part("text/plain", b"It leaks.")
HTML = part("text/html", b"<p>It <b>leaks</b>.</p>")
PNG = part("image/png; name=a.png", b"iVBORw==", "Content-Transfer-Encoding: base64", "Content-ID: <a>")


def names(raw: bytes) -> list[str]:
    return [item.name for item in message_of(raw).attachments]


def test_of_an_alternative_the_plain_part_is_read() -> None:
    message = message_of(multipart("alternative", PLAIN, HTML))
    assert (message.full_text, message.html, message.attachments) == ("It leaks.", False, [])


def test_an_empty_plain_part_gives_way_to_html() -> None:
    message = message_of(multipart("alternative", part("text/plain", b" \r\n"), HTML))
    assert (message.full_text, message.html) == ("It leaks.", True)


def test_text_parts_of_a_mixture_are_joined_and_the_rest_is_enclosed() -> None:
    raw = multipart("mixed", PLAIN, PNG, part("text/plain", b"Please help."))
    assert message_of(raw).full_text == "It leaks.\nPlease help."
    assert reading_of(raw).contents == (b"\x89PNG",)


def test_html_after_plain_words_is_kept_as_a_file() -> None:
    raw = multipart("mixed", PLAIN, HTML)
    assert message_of(raw).full_text == "It leaks."
    assert names(raw) == ["attachment-1.html"]


def test_html_before_a_plain_footer_is_the_text() -> None:
    assert (
        message_of(multipart("mixed", HTML, part("text/plain", b"A footer"))).full_text
        == "It leaks.\nA footer"
    )


def test_an_attached_mail_is_named_by_its_subject_and_kept_whole() -> None:
    inner = b"From: c@example.com\r\nSubject: My =?utf-8?q?caf=C3=A9?=\r\n\r\nhello"
    raw = multipart("mixed", PLAIN, part("message/rfc822", inner))
    assert names(raw) == ["My café.eml"]
    assert reading_of(raw).contents == (inner,)


def test_a_part_of_a_digest_is_a_mail_without_saying_so() -> None:
    raw = multipart("digest", b"\r\nSubject: one\r\n\r\nx", b"\r\nSubject: two\r\n\r\ny")
    assert names(raw) == ["one.eml", "two.eml"]


def test_a_missing_last_delimiter_is_forgiven() -> None:
    raw = multipart("mixed", PLAIN, PNG)
    assert names(raw[: raw.rindex(b"--edge--")]) == ["a.png"]


def test_a_boundary_that_begins_like_the_outer_one_is_another() -> None:
    inner = (
        b"Content-Type: multipart/alternative; boundary=edge2\r\n\r\n--edge2\r\n" + PLAIN + b"\r\n--edge2--"
    )
    raw = multipart("mixed", inner, PNG)
    assert message_of(raw).full_text == "It leaks."
    assert names(raw) == ["a.png"]


def test_a_boundary_that_is_not_named_is_found() -> None:
    raw = multipart("mixed", PLAIN, PNG).replace(b'; boundary="edge"', b"")
    assert names(raw) == ["a.png"]


def test_a_multipart_without_parts_is_text() -> None:
    message = message_of(mail(b"It leaks.", extra=b"Content-Type: multipart/mixed; boundary=x\r\n"))
    assert message.full_text == "It leaks."
    assert any("boundary" in problem for problem in message.problems)


def test_of_two_content_types_the_last_counts() -> None:
    raw = mail(b"<p>It leaks.</p>", extra=b"Content-Type: text/plain\r\nContent-Type: text/html\r\n")
    assert message_of(raw).html


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_other_line_ends(end: bytes) -> None:
    raw = multipart("mixed", PLAIN, PNG).replace(b"\r\n", end)
    assert message_of(raw).subject == "Boiler"
    assert names(raw) == ["a.png"]


def test_a_header_line_without_a_colon_is_passed_over() -> None:
    raw = HEAD + b"this is no header\r\nTo: bo@example.com\r\n\r\nIt leaks."
    message = message_of(raw)
    assert (message.to, message.full_text) == (["bo@example.com"], "It leaks.")
    assert message.problems[0] == "a header line without a colon was passed over"


def test_a_body_without_an_empty_line_before_it() -> None:
    assert message_of(HEAD + b"It leaks since Monday.\r\nBo").full_text == "It leaks since Monday.\nBo"


@pytest.mark.parametrize(
    "before", [b"From ann@example.com Tue Aug  2 10:00:00 2016\r\n", b"\r\n  \r\n", b">From x\r\n"]
)
def test_what_mailboxes_put_in_front_is_no_header(before: bytes) -> None:
    assert message_of(before + mail()).sender.value == "ann@example.com"


def test_bytes_without_headers_are_a_body() -> None:
    message = message_of(b"Hello,\n\nit leaks: badly.\n")
    assert message.full_text == "Hello,\n\nit leaks: badly.\n"
    assert message.sender.kind == "none"
    assert message_of(b"<html><body><p>It leaks.</p></body></html>").text == "It leaks."


def test_uuencoded_files_in_a_plain_body() -> None:
    raw = mail(b"See here:\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nThanks\r\n")
    assert names(raw) == ["a.txt"]
    assert reading_of(raw).contents == (b"Cat",)
    assert "begin" not in message_of(raw).full_text


@pytest.mark.parametrize(
    "raw",
    [
        mail(b"--b\r\n\r\nx\r\n" * 100_000, extra=b"Content-Type: multipart/mixed; boundary=b\r\n"),
        HEAD
        + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000)
        ),
        b"A: b\r\n" * 20_000 + b"\r\nx",
        HEAD + b"X-Long: " + b"y" * 5_000_000 + b"\r\nX: y\r\n\r\nx",
    ],
    ids=["siblings", "nested", "fields", "header bytes"],
)
def test_caps_are_typed(raw: bytes) -> None:
    with pytest.raises(TooLarge):
        message_of(raw)
