"""What an organisation sets to connect its mailboxes: `CHANNEL_MAIL_…`. TLS is on by default."""

import re
import ssl
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from channels.loopback import is_loopback
from channels.publication import Publication
from channels.setting_words import split_tokens
from schemas.errors import Misconfigured

PREFIX = "CHANNEL_MAIL_"
Tls = Literal["tls", "starttls", "none"]
_SWITCH = {"true": "tls", "on": "tls", "1": "tls", "yes": "tls", "false": "none", "off": "none", "0": "none"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def _tls(value: object) -> object:
    """Besides the three words the usual ones for on and off."""
    return _SWITCH.get(str(value).lower(), value)


def _one_line(value: object) -> object:
    if isinstance(value, str) and _CONTROLS.search(value):
        raise ValueError("must not contain control characters")
    return value


OneLine = Annotated[str, BeforeValidator(_one_line)]
Words = Annotated[tuple[OneLine, ...], NoDecode, BeforeValidator(split_tokens)]


class Mailbox(BaseModel):
    """One of several mailboxes, as an element of `CHANNEL_MAIL_MAILBOXES` (JSON).

    What is left empty is taken from the settings for all mailboxes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: OneLine
    user: OneLine = ""
    password: SecretStr = SecretStr("")
    oauth_token: SecretStr = SecretStr("")
    oauth_refresh_token: SecretStr = SecretStr("")
    folder: OneLine = ""


class MailSettings(BaseSettings):
    """Mailboxes to take in and the way out. Off until `imap_host` or `smtp_host` is set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    imap_host: OneLine = ""
    imap_port: int = Field(993, ge=1, le=65535)
    imap_tls: Annotated[Tls, BeforeValidator(_tls)] = "tls"
    imap_user: OneLine = ""
    imap_password: SecretStr = SecretStr("")
    address: OneLine = ""
    """Our address that `imap_user`'s mailbox is for; when empty `imap_user` or `from_address`."""
    mailboxes: tuple[Mailbox, ...] = ()
    """Several mailboxes as a JSON list; then `imap_user` and `address` are not read."""
    folder: OneLine = "INBOX"
    processed_folder: OneLine = ""
    """Where taken mail is moved to; when empty it stays and gets the keyword $Accepted."""
    idle: bool = True
    poll_seconds: float = Field(60, ge=1, le=1500)
    """How often to look without being told (and to renew IDLE, RFC 2177: well under 29 minutes)."""
    connect_seconds: float = Field(10, gt=0, le=120)
    read_seconds: float = Field(30, gt=0, le=600)
    backfill: bool = False
    """At the very first start take in what is already in the mailbox (no letters are written for it)."""

    oauth_token: SecretStr = SecretStr("")
    """A fixed access token for XOAUTH2; with a refresh token it is fetched and renewed instead."""
    oauth_refresh_token: SecretStr = SecretStr("")
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr = SecretStr("")
    oauth_token_url: str = ""
    oauth_scope: str = ""

    smtp_host: OneLine = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Annotated[Tls, BeforeValidator(_tls)] = "starttls"
    smtp_user: OneLine = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_oauth: bool = False
    """Log in to SMTP by XOAUTH2 with the same token."""
    smtp_connections: int = Field(4, ge=1, le=50)
    smtp_seconds: float = Field(30, gt=0, le=300)
    """Bound on each step of sending; RFC 5321 (4.5.3.2) would allow minutes, a letter can be tried again."""
    from_address: OneLine = ""
    """The sender of letters; when empty, the mailbox the complaint came to."""
    from_name: OneLine = ""
    """The name beside it; when empty the organisation's."""
    envelope_sender: Literal["verp", "null"] = "verp"
    """`verp`: bounces come to `bounce+…@domain` and find their letter; `null`: none come (RFC 3834)."""
    subaddressing: bool = True
    """The mail server delivers `local+anything@domain` to `local` (RFC 5233): Reply-To carries the token."""

    own_addresses: Words = ()
    """Further addresses of ours: mail from them is never a complaint."""
    authserv_id: OneLine = ""
    """The name under which our own mail server writes Authentication-Results; nobody else's is believed."""
    ca_file: Path | None = None

    @property
    def enabled(self) -> bool:
        """True when mail is taken in or letters can leave."""
        return bool(self.imap_host or self.smtp_host)

    @model_validator(mode="after")
    def _safe(self) -> Self:
        """Refuse what would send passwords in the clear or cannot work; raises Misconfigured."""
        for protocol, host, tls in (
            ("imap", self.imap_host, self.imap_tls),
            ("smtp", self.smtp_host, self.smtp_tls),
        ):
            if tls == "none" and host and not is_loopback(host):
                raise Misconfigured(
                    name(f"{protocol}_tls"),
                    f"mail to {host} would cross the network in the clear; set it to tls or starttls",
                )
        if self.imap_host and not self.every_mailbox():
            raise Misconfigured(
                name("imap_user"), "set it, or CHANNEL_MAIL_MAILBOXES, to say which mailbox to read"
            )
        secure = self.oauth_token_url.startswith("https:") or is_loopback(
            urlsplit(self.oauth_token_url).hostname or ""
        )
        if any(box.oauth_refresh_token.get_secret_value() for box in self.every_mailbox()) and not secure:
            raise Misconfigured(name("oauth_token_url"), "set it to the https address of your token server")
        if self.smtp_host and "@" not in self.sender_address:
            raise Misconfigured(name("from_address"), "set it to the address that letters come from")
        return self

    @property
    def sender_address(self) -> str:
        """The address letters come from when the complaint did not come to a mailbox of ours."""
        if self.from_address:
            return self.from_address
        return next((mailbox.address for mailbox in self.every_mailbox()), "")

    @property
    def publication(self) -> Publication | None:
        """The address that letters come from."""
        address = self.sender_address
        return Publication(address, f"mailto:{address}") if address else None

    def every_mailbox(self) -> tuple[Mailbox, ...]:
        """All mailboxes, with everything filled in from the common settings."""
        boxes = self.mailboxes
        if not boxes and self.imap_user:
            address = self.address or (
                self.imap_user if "@" in self.imap_user else self.from_address or self.imap_user
            )
            boxes = (Mailbox(address=address),)
        return tuple(self._filled(box) for box in boxes)

    def _filled(self, box: Mailbox) -> Mailbox:
        own_token = box.oauth_token.get_secret_value() or box.oauth_refresh_token.get_secret_value()
        return Mailbox(
            address=box.address,
            user=box.user or self.imap_user or box.address,
            password=box.password if box.password.get_secret_value() else self.imap_password,
            oauth_token=box.oauth_token if own_token else self.oauth_token,
            oauth_refresh_token=box.oauth_refresh_token if own_token else self.oauth_refresh_token,
            folder=box.folder or self.folder,
        )

    def every_own_address(self) -> tuple[str, ...]:
        """All addresses that are ours, in lower case."""
        boxes = [box.address for box in self.every_mailbox()]
        found = (*boxes, self.from_address, *self.own_addresses)
        return tuple(dict.fromkeys(address.lower() for address in found if address))

    def facts(self, mailbox: str) -> dict[str, str]:
        """What reading a mail in this mailbox must know of us; a value may be empty."""
        return {
            "mailbox": mailbox,
            "own_addresses": " ".join(self.every_own_address()),
            "authserv_id": self.authserv_id,
        }

    def tls_context(self) -> ssl.SSLContext:
        """Certificates are checked against the system's authorities or `ca_file`; raises Misconfigured."""
        try:
            return ssl.create_default_context(cafile=self.ca_file)
        except OSError as error:
            raise Misconfigured(
                name("ca_file"), f"cannot read certificates from {self.ca_file}: {error}"
            ) from error


def name(field: str) -> str:
    """The environment's name of a setting, for messages."""
    return PREFIX + field.upper()
