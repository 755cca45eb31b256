"""What may be set: safe by default, and a wrong setting is named."""

import pytest

from channels.loopback import is_loopback
from channels.mail.settings import MailSettings
from schemas.errors import Misconfigured


def test_nothing_set_is_off_and_one_mailbox_needs_little() -> None:
    assert not MailSettings().enabled
    settings = MailSettings(
        imap_host="imap.organisation.example", imap_user="complaints@organisation.example"
    )
    assert settings.enabled
    [box] = settings.every_mailbox()
    assert (box.address, box.user, box.folder) == (
        "complaints@organisation.example",
        "complaints@organisation.example",
        "INBOX",
    )
    assert settings.imap_tls == "tls"
    assert settings.smtp_tls == "starttls"


def test_several_mailboxes_take_what_they_leave_out_from_the_common_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHANNEL_MAIL_IMAP_HOST", "imap.organisation.example")
    monkeypatch.setenv("CHANNEL_MAIL_IMAP_PASSWORD", "common")
    monkeypatch.setenv("CHANNEL_MAIL_OWN_ADDRESSES", "info@organisation.example, press@organisation.example")
    monkeypatch.setenv(
        "CHANNEL_MAIL_MAILBOXES",
        '[{"address": "a@organisation.example"},'
        ' {"address": "b@organisation.example", "user": "bb", "password": "own", "folder": "Complaints"}]',
    )
    settings = MailSettings()
    first, second = settings.every_mailbox()
    assert (first.user, first.password.get_secret_value(), first.folder) == (
        "a@organisation.example",
        "common",
        "INBOX",
    )
    assert (second.user, second.password.get_secret_value(), second.folder) == ("bb", "own", "Complaints")
    assert settings.every_own_address() == (
        "a@organisation.example",
        "b@organisation.example",
        "info@organisation.example",
        "press@organisation.example",
    )


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_a_password_never_crosses_a_network_in_the_clear(protocol: str) -> None:
    given = {
        f"{protocol}_host": "mail.organisation.example",
        f"{protocol}_tls": "off",
        "imap_user": "a@b.example",
    }
    with pytest.raises(Misconfigured, match=f"CHANNEL_MAIL_{protocol.upper()}_TLS"):
        MailSettings.model_validate(given)
    MailSettings.model_validate(given | {f"{protocol}_host": "127.0.0.1"})


def test_a_mailbox_or_a_sender_that_is_missing_is_named() -> None:
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_IMAP_USER"):
        MailSettings(imap_host="imap.organisation.example")
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_FROM_ADDRESS"):
        MailSettings(smtp_host="smtp.organisation.example")
    with pytest.raises(Misconfigured, match="CHANNEL_MAIL_OAUTH_TOKEN_URL"):
        MailSettings(
            imap_host="imap.organisation.example",
            imap_user="a@b.example",
            oauth_refresh_token="r",  # type: ignore[arg-type]
            oauth_token_url="http://login.example/token",
        )


def test_a_folder_name_cannot_carry_a_command() -> None:
    with pytest.raises(ValueError, match="control characters"):
        MailSettings(folder="INBOX\r\nA1 DELETE INBOX")


@pytest.mark.parametrize(
    ("host", "stays"),
    [("localhost", True), ("127.8.9.1", True), ("::1", True), ("[::1]", True), ("localhost.evil.example", False),
     ("10.0.0.1", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_what_stays_on_this_machine(host: str, stays: bool) -> None:
    assert is_loopback(host) is stays
