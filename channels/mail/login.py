"""From a host and a mailbox to a session: connect, secure, log in, select."""

from contextlib import suppress
from imaplib import IMAP4

from imapclient import SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError

from channels.mail.client import Client
from channels.mail.imap import ImapSession
from channels.mail.oauth import Tokens
from channels.mail.settings import Mailbox, MailSettings, name
from channels.mail.troubles import login_trouble, talking
from schemas.errors import Misconfigured


def open_session(settings: MailSettings, mailbox: Mailbox, tokens: Tokens) -> ImapSession:
    """Connect, secure, log in, select. Raises Unavailable, and Misconfigured naming the setting to mend."""
    client = _connect(settings, mailbox)
    try:
        with talking(mailbox.address):
            if settings.imap_tls == "starttls":
                _secure(client, settings)
            _log_in(client, mailbox, tokens)
        return ImapSession(client, settings, mailbox)
    except BaseException:
        with suppress(IMAP4.error, OSError):
            client.shutdown()
        raise


def _connect(settings: MailSettings, mailbox: Mailbox) -> Client:
    encrypted = settings.imap_tls == "tls"
    with talking(mailbox.address):
        client = Client(
            settings.imap_host,
            port=settings.imap_port,
            ssl=encrypted,
            ssl_context=settings.tls_context() if encrypted else None,
            timeout=SocketTimeout(settings.connect_seconds, settings.read_seconds),
        )
    client.bound()
    client._imap.debug = (
        0  # the library would format every mail it reads, several times its size, for a debug log
    )
    return client


def _secure(client: Client, settings: MailSettings) -> None:
    try:
        client.starttls(settings.tls_context())
    except CapabilityError as error:
        raise Misconfigured(name("imap_tls"), f"{settings.imap_host} offers no STARTTLS; try tls") from error


def _log_in(client: Client, mailbox: Mailbox, tokens: Tokens) -> None:
    """By token, else by password: with AUTHENTICATE PLAIN where LOGIN has no way to write it (RFC 4616, 9051)."""
    user, password = mailbox.user, mailbox.password.get_secret_value()
    setting = name("oauth_token" if tokens.used else "imap_password")
    try:
        if tokens.used:
            _say(client, "XOAUTH2", f"user={user}\1auth=Bearer {tokens.get()}\1\1")
        elif f"{user}{password}".isascii() and f"{user}{password}".isprintable():
            client.login(user, password)
        else:
            _say(client, "PLAIN", f"\0{user}\0{password}")
    except LoginError as error:
        tokens.forget()
        raise login_trouble(error, user, setting) from error


def _say(client: Client, mechanism: str, words: str) -> None:
    """One answer of a mechanism, in UTF-8; to a challenge after it nothing more is said."""
    answers = iter([words.encode()])
    client.sasl_login(mechanism, lambda challenge: next(answers, b""))
