"""The mail server of the tests: real IMAP with tokens, mail that survives a crash, an exchanger before it."""

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from deploy.local.dovecot import Dovecot
from deploy.local.exchanger import MailExchanger
from tests.integration.deploy.needs import need_dovecot

pytestmark = pytest.mark.timeout(180)
MAIL = b"From: anna@example.org\r\nTo: complaints@localhost\r\nSubject: broken\r\n\r\nIt broke.\r\n"


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    need_dovecot()
    with Dovecot({"complaints": "secret", "second": "other"}, token="tok-1") as running:
        yield running


@pytest.fixture
def exchanger(dovecot: Dovecot, tmp_path: Path) -> Iterator[MailExchanger]:
    with MailExchanger(dovecot, tmp_path / "letters.jsonl", refused={"gone@example.org"}) as running:
        yield running


def send(exchanger: MailExchanger, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", exchanger.port) as client:
        client.sendmail("anna@example.org", recipient, MAIL)


def uids(dovecot: Dovecot) -> tuple[int, list[int]]:
    with IMAPClient("127.0.0.1", dovecot.ports.imap, ssl=False) as client:
        client.login("complaints", "secret")
        validity = client.select_folder("INBOX")[b"UIDVALIDITY"]
        return validity, list(client.search())


def test_mail_reaches_the_mailbox_and_survives_a_crash(dovecot: Dovecot, exchanger: MailExchanger) -> None:
    send(exchanger, "complaints@localhost")
    send(exchanger, "complaints+token@localhost")
    dovecot.kill9()
    assert dovecot.pid is None
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(exchanger, "complaints@localhost")
    assert refusal.value.smtp_code == 451
    dovecot.start()
    validity, found = uids(dovecot)
    assert found == [1, 2]
    assert all(b"It broke." in mail for mail in dovecot.stored("complaints"))
    dovecot.reset_uidvalidity("complaints")
    assert uids(dovecot) == (validity + 1, [1, 2])


def test_unknown_mailboxes_and_refused_customers_get_a_550(exchanger: MailExchanger) -> None:
    for recipient in ("nobody@localhost", "gone@example.org"):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            send(exchanger, recipient)
        assert refusal.value.recipients[recipient][0] == 550
    assert exchanger.letters() == []


def test_what_customers_receive_is_kept_byte_for_byte(exchanger: MailExchanger) -> None:
    send(exchanger, "anna@example.org")
    (letter,) = exchanger.letters()
    assert (letter.mail_from, letter.recipient, letter.content) == (
        "anna@example.org",
        "anna@example.org",
        MAIL,
    )


def test_starttls_and_login_with_the_own_authority(dovecot: Dovecot, exchanger: MailExchanger) -> None:
    with smtplib.SMTP("localhost", exchanger.port) as client:
        client.starttls(context=ssl.create_default_context(cafile=dovecot.ca_file))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("complaints", "wrong")
        client.login("complaints", "secret")


def test_imap_over_tls_takes_the_token_and_only_the_token(dovecot: Dovecot) -> None:
    tls = ssl.create_default_context(cafile=dovecot.ca_file)
    with IMAPClient("localhost", dovecot.ports.imaps, ssl_context=tls) as client:
        client.oauth2_login("complaints", "tok-1")
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
    with IMAPClient("localhost", dovecot.ports.imaps, ssl_context=tls) as client, pytest.raises(LoginError):
        client.oauth2_login("complaints", "tok-2")
    with IMAPClient("localhost", dovecot.ports.imaps, ssl_context=tls) as client, pytest.raises(LoginError):
        client.login("complaints", "tok-1")
