"""Mails that came back: by structure, by words, and the letter of ours they are about."""

import pytest

from schemas.message import Bounce
from tests.unit.mail.mails import mail, message_of

LETTER = "0123456789abcdef01234567"
KEY = "k3y"
STATUS = (
    b"Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; Gone@example.com\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)


def report(status: bytes = STATUS, original: bytes = b"", extra: bytes = b"") -> bytes:
    head = b"From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    kind = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"
    body = b"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" + status
    enclosed = b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + original if original else b""
    return mail(body + enclosed + b"\r\n--b--\r\n", head=head, extra=extra + kind)


def bounce_of(raw: bytes, **facts: str) -> Bounce:
    found = message_of(raw, **facts).bounce
    assert found is not None
    return found


def test_a_status_notification() -> None:
    bounce = bounce_of(report())
    assert (bounce.recipients, bounce.status, bounce.action) == (["Gone@example.com"], "5.1.1", "failed")


def test_a_finer_code_of_the_diagnostic() -> None:
    status = STATUS.replace(b"Status: 5.1.1", b"Status: 5.0.0").replace(b"550 5.1.1", b"550 5.7.1")
    assert bounce_of(report(status)).status == "5.7.1"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_other_actions_are_told(action: str) -> None:
    assert bounce_of(report(STATUS.replace(b"failed", action.encode()))).action == action


@pytest.mark.parametrize(
    ("raw", "facts"),
    [
        (report(extra=f"To: bounce+{LETTER}.{KEY}@example.org\r\n".encode()), {}),
        (report(), {"envelope_to": f"bounce+{LETTER}.{KEY}@example.org"}),
        (report(extra=f"In-Reply-To: <letter.{LETTER}.{KEY}@example.org>\r\n".encode()), {}),
        (report(original=f"Message-ID: <letter.{LETTER}.{KEY}@example.org>\r\n\r\nDear".encode()), {}),
    ],
    ids=["verp", "envelope", "in-reply-to", "original"],
)
def test_the_letter_that_came_back(raw: bytes, facts: dict[str, str]) -> None:
    assert bounce_of(raw, **facts).letter == f"{LETTER}.{KEY}"


WORDS = {
    "exim": (
        "Mail Delivery System <Mailer-Daemon@mx.example.org>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered to one or more of its recipients.\n\n  gone@example.com\n"
        "    Unrouteable address\n",
    ),
    "qmail": (
        "MAILER-DAEMON@mx.example.org",
        "failure notice",
        "Hi. This is the qmail-send program. I'm afraid I wasn't able to deliver your message to the following\n"
        "addresses.\n\n<gone@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n",
    ),
    "notes": (
        "Postmaster@example.org",
        "Undeliverable mail",
        "------- Failure Reasons --------\n\nUser not listed in public Name & Address Book\ngone@example.com\n",
    ),
    "wrapped": (
        "MAILER-DAEMON@mx.example.org",
        "Undelivered Mail Returned to Sender",
        "I'm sorry to have to tell you that your message was not able to\nbe delivered: <gone@example.com>\n",
    ),
    "cloud": (
        "no-reply@cloud.example",
        "Notification Message",
        '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"gone@example.com"}]}}',
    ),
    "german": (
        "Mailer-Daemon <mailer-daemon@example.org>",
        "Unzustellbar: Ihr Schreiben",
        "Ihre Nachricht konnte nicht zugestellt werden:\n\ngone@example.com\n",
    ),
    "japanese": (
        "Postmaster@example.ne.jp",
        "Mail System Error - Returned Mail",
        "次のあて先へのメッセージはエラーのため送信できませんでした。\n\nRecipient: <gone@example.com>\n",
    ),
    "no system": (
        "gateway@example.org",
        "Mail could not be delivered",
        "Sent <<< RCPT TO:<gone@example.com>\nReceived >>> 550 5.1.1 unknown user.\nUnable to deliver message.\n",
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_bounces_without_structure(name: str) -> None:
    sender, subject, body = WORDS[name]
    head = f"From: {sender}\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    bounce = bounce_of(mail(body.encode(), head=head.encode()))
    assert bounce.recipients == ["gone@example.com"]
    assert bounce.action == "failed"


def test_a_warning_is_a_delay() -> None:
    head = b"From: Mailer-Daemon@mx.example.org\r\nSubject: Warning: message delayed 24 hours\r\n"
    body = b"A message that you sent has not yet been delivered to gone@example.com.\r\n"
    assert bounce_of(mail(body, head=head)).action == "delayed"


PEOPLE = {
    "quotes a bounce": "My mail to you came back. It says: Mail delivery failed. "
    "550 5.1.1 <help@example.org> unknown user",
    "no delivery": "You were unable to deliver my sofa. Delivery has failed three times.",
}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    "subject", ["Complaint", "Fwd: Undeliverable: my complaint", "Re: Mail delivery failed"]
)
def test_a_complaint_about_a_bounce_is_a_complaint(name: str, subject: str) -> None:
    head = f"From: Ann <ann@example.com>\r\nSubject: {subject}\r\n".encode()
    assert message_of(mail(PEOPLE[name].encode(), head=head)).bounce is None


def test_a_read_receipt_is_no_bounce() -> None:
    notice = b"Content-Type: message/disposition-notification\r\n\r\nx\r\n"
    body = b"--b\r\n\r\nYour mail was read.\r\n--b\r\n" + notice + b"--b--\r\n"
    kind = b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n"
    assert message_of(mail(body, extra=kind)).bounce is None
