"""Golden vectors: a changed value here is a second case for mails that come again. Never change them."""

import pytest

from channels.mail.parse import identity_parts
from tests.unit.mail.mails import HEAD, mail, message_of

FACTS = {"mailbox": "Help@Example.org"}
MESSAGE_ID = b"Message-ID: <m1@example.com>\r\n"


def parts(raw: bytes) -> tuple[bytes, ...]:
    return identity_parts(raw, message_of(raw), FACTS)


def test_golden() -> None:
    version, mailbox, message_id, content = parts(mail(extra=MESSAGE_ID))
    assert (version, mailbox, message_id) == (b"mail-1", b"help@example.org", b"m1@example.com")
    assert content.hex() == "e961534615ee407b974e0baf492cd43abcfd408bcad1446344d3d2aabcc60a57"


def test_golden_without_message_id() -> None:
    found = parts(mail())
    assert found[2] == b""
    assert found[3].hex() == "928cf71214d3174260d31e1bf4cebfa64a97877e566d6e6b55d571b581a0e243"


TRACE = [
    b"Received: from a\r\n by b; Tue, 2 Aug 2016\r\n",
    b"Return-Path: <x@y>\r\n",
    b"Delivered-To: help@example.org\r\n",
    b"X-Original-To: help@example.org\r\n",
    b"Authentication-Results: mx; dmarc=pass\r\n",
    b"DKIM-Signature: v=1;\r\n\tb=abc\r\n",
    b"ARC-Seal: i=1\r\n",
    b"X-Spam-Status: No\r\n",
    b"X-Google-Smtp-Source: abc\r\n",
    b"X-MS-Exchange-Organization-SCL: 1\r\n",
]


@pytest.mark.parametrize("trace", TRACE)
def test_what_transports_add_changes_nothing(trace: bytes) -> None:
    assert parts(trace + mail(extra=MESSAGE_ID)) == parts(mail(extra=MESSAGE_ID))


def test_line_ends_and_empty_lines_at_the_end_change_nothing() -> None:
    raw = mail(extra=MESSAGE_ID)
    assert parts(raw.replace(b"\r\n", b"\n")) == parts(raw) == parts(raw + b"\r\n\r\n")


@pytest.mark.parametrize(
    "other",
    [
        mail(b"It leaks more.\r\n", extra=MESSAGE_ID),
        mail(extra=MESSAGE_ID, head=HEAD.replace(b"Boiler", b"Boilers")),
        mail(extra=MESSAGE_ID.replace(b"m1", b"m2")),
        mail(extra=MESSAGE_ID + b"X-Mine: 1\r\n"),
    ],
)
def test_other_content_is_another_message(other: bytes) -> None:
    assert parts(other) != parts(mail(extra=MESSAGE_ID))


TOKEN = "0123456789abc" + "0123456789abcdef"


@pytest.mark.parametrize(
    "extra",
    [
        f"To: help+{TOKEN}@example.org\r\n",
        f"Cc: x@y.org, Help <help+{TOKEN.upper()}@example.org>\r\n",
        f"Delivered-To: help+{TOKEN}@example.org\r\n",
        f"References: <a@b> <answer+{TOKEN}@example.org>\r\n",
    ],
)
def test_the_token_of_our_letter(extra: str) -> None:
    assert message_of(mail(extra=extra.encode())).reply_token.lower() == TOKEN


def test_the_token_in_the_envelope() -> None:
    assert message_of(mail(), envelope_to=f"help+{TOKEN}@example.org").reply_token == TOKEN


@pytest.mark.parametrize(
    "extra",
    [
        "To: help+news@example.org\r\n",
        "References: <CAH_ZkV=-31o34hf+OtyAcQCywgiGfaWgmH0tZ39UDCWKWSjBQ@mail.example.com>\r\n",
        f"To: bounce+{'0' * 24}.{'k' * 16}@example.org\r\n",
    ],
)
def test_what_is_no_token(extra: str) -> None:
    assert message_of(mail(extra=extra.encode())).reply_token == ""
