"""Whatever comes by mail: a reading or a typed error, in time linear in its size, and text that every store holds."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from channels.mail.parse import identity_parts, read
from schemas.errors import Unreadable
from tests.unit.mail.mails import HEAD, mail, multipart, part

SECONDS_A_MEGABYTE = 3.0
"""Ten times what a laptop needs: this shared machine is slow at times, and quadratic is far beyond it."""

MEGABYTE_OF: dict[str, bytes] = {
    "one line": mail(b"x" * 1_000_000),
    "subject": HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 70_000 + b"\r\n\r\nx",
    "open words": HEAD + b"Subject: " + b"=?a?q?" * 160_000 + b"\r\n\r\nx",
    "references": HEAD + b"References: " + b"<a@b> " * 160_000 + b"\r\n\r\nx",
    "recipients": HEAD + b"To: " + b"a@b.c, " * 140_000 + b"\r\n\r\nx",
    "brackets": b"From: " + b"<(" * 500_000 + b"\r\n\r\nx",
    "quotes": b"From: " + b'"' * 1_000_000 + b"\r\n\r\nx",
    "parameters": HEAD + b"Content-Type: text/plain; " + b"a*0*=x; " * 120_000 + b"\r\n\r\nx",
    "folds": HEAD + b"X: a\r\n" + b" b\r\n" * 250_000 + b"\r\nx",
    "introductions": mail(b"On Mon, 1 Jan 2020 at 10:00 Bob <a@b.c> wrote:\r\n" * 20_000),
    "levels": mail(
        b"".join(b">" * (n % 50) + b" On 1 Jan 2020 Bob <a@b.c> wrote:\r\n" for n in range(16_000))
    ),
    "colons": mail(b"text that ends with a colon:\r\n" * 33_000),
    "labels": mail(b"Subject: x\r\n" * 80_000),
    "rules": mail(b"**************\r\nconfidential\r\n" * 33_000),
    "delimiters": mail(b"x\r\n" + b"-----\r\nabc\r\n" * 80_000),
    "signatures": mail(b"x\r\n" + b"--\r\n" * 250_000),
    "quotation marks": mail(b">\r\n" * 330_000),
    "spaces": mail(b" " * 1_000_000 + b"x"),
    "line ends": b"\n" * 1_000_000,
    "returns": b"\r" * 1_000_000,
    "files begun": mail(b"begin 644 x\r\n" * 75_000),
    "deep html": mail(b"<div>" * 200_000, extra=b"Content-Type: text/html\r\n"),
    "quoted html": mail(b"<blockquote>x" * 20_000, extra=b"Content-Type: text/html\r\n"),
    "boxed html": mail(b'<div class="gmail_quote">x' * 20_000, extra=b"Content-Type: text/html\r\n"),
    "styled html": mail(
        b'<p style="' + b"height:0;" * 110_000 + b'">x', extra=b"Content-Type: text/html\r\n"
    ),
    "padding": mail(b"QUJD=\r\n" * 140_000, extra=b"Content-Transfer-Encoding: base64\r\n"),
    "escapes": mail(b"\x1b$B" * 330_000, extra=b"Content-Type: text/plain; charset=iso-2022-jp\r\n"),
    "bounce": b"From: MAILER-DAEMON@x\r\nSubject: failure notice\r\n\r\n" + b"delivery 550 a.a.a@" * 50_000,
    "delimiter lines": mail(b"--x\r\n" * 200_000, extra=b'Content-Type: multipart/mixed; boundary="y"\r\n'),
    "packet": mail(
        b"\x78\x9f\x3e\x22\0\0" + b"\x02\x02\x90\x06\0\0\0\0\0\0\0" * 90_000,
        extra=b"Content-Type: application/ms-tnef\r\n",
    ),
}


@pytest.mark.parametrize("name", MEGABYTE_OF)
def test_a_megabyte_of(name: str) -> None:
    raw = MEGABYTE_OF[name]
    started = time.process_time()
    survives(raw)
    assert time.process_time() - started < SECONDS_A_MEGABYTE * max(1.0, len(raw) / 1e6)


def survives(raw: bytes) -> None:
    """A reading whose text can be stored and whose attachments fit their contents, or a typed error."""
    try:
        (reading,) = read(raw, {"mailbox": "help@example.org"})
    except Unreadable:
        return
    json.loads(reading.message.to_bytes().decode("utf-8"))
    assert "\0" not in reading.message.text + reading.message.full_text + reading.message.subject
    assert not set("\r\n") & set(reading.message.subject)
    assert [item.bytes for item in reading.message.attachments] == [
        len(content) for content in reading.contents
    ]
    identity_parts(raw, reading.message, {})


SEEDS = [
    mail(),
    multipart("alternative", part("text/plain", b"x"), part("text/html; charset=latin1", b"<p>\xe9</p>")),
    multipart(
        "mixed", part("text/plain", b"x"), part("application/ms-tnef", b"\x78\x9f\x3e\x22\0\0" + b"\x02" * 40)
    ),
    multipart(
        "report", part("text/plain", b"x"), part("message/delivery-status", b"Final-Recipient: rfc822; a@b.c")
    ),
    HEAD
    + b"Content-Type: text/plain; charset*0*=utf-8''x; name*1=y\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD",
    mail(
        b"New\r\n\r\nOn 2 Aug 2016, at 10:00, Ann <a@b.c> wrote:\r\n> Old\r\n-- \r\nBo", extra=b"Fwd: x\r\n"
    ),
    mail(
        b"begin 644 x\r\n#0V%T\r\nend\r\n", extra="Subject: =?gb2312?B?1tDOxA==?= \xe9\r\n".encode("latin-1")
    ),
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.data())
def test_damaged_mails(data: some.DataObject) -> None:
    raw = bytearray(data.draw(some.sampled_from(SEEDS)))
    for _ in range(data.draw(some.integers(1, 6))):
        start = data.draw(some.integers(0, len(raw)))
        end = data.draw(some.integers(start, min(len(raw), start + 40)))
        raw[start:end] = data.draw(some.binary(max_size=12))
    survives(bytes(raw))


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    survives(raw)
    survives(HEAD + raw)


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=300))
def test_any_words_are_a_body(text: str) -> None:
    raw = mail(text.encode("utf-8", "surrogatepass"), extra=b"Content-Type: text/plain; charset=utf-8\r\n")
    survives(raw)
    survives(mail(text.encode("utf-8", "surrogatepass"), extra=b"Content-Type: text/html; charset=utf-8\r\n"))
