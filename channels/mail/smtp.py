"""Connections to the mail server that sends our letters: a few are kept, each is secured and logged in."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ssl import SSLCertVerificationError

import aiosmtplib

from channels.calls import NONSENSE
from channels.keeping import Keep
from channels.mail.oauth import NOWHERE, Tokens
from channels.mail.settings import Mailbox, MailSettings, name
from schemas.errors import Misconfigured, Unavailable

IDLE_SECONDS = 20.0
FRESH_SECONDS = 1.0
"""So long a connection is taken to be alive without asking: the question costs a quarter of a letter."""
MAILS_PER_CONNECTION = 200
QUIT_SECONDS = 2.0
MEND_SECONDS = 60.0
"""When to try again what somebody has to mend first."""


@dataclass(slots=True)
class Line:
    """One connection: how many mails it carried, when it was last used, and whether that ended in a refusal."""

    client: aiosmtplib.SMTP
    mails: int = 0
    used_at: float = 0.0
    refused: bool = False


class SmtpPool:
    """At most `smtp_connections` at a time; a connection is given back only after a clean conversation."""

    def __init__(self, settings: MailSettings, keep: Keep = NOWHERE) -> None:
        self._settings = settings
        self._free: list[Line] = []
        self._room = asyncio.Semaphore(settings.smtp_connections)
        self._tokens = Tokens(settings, _account(settings), keep) if settings.smtp_oauth else None

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """A connection that was alive a moment ago. Raises Unavailable."""
        async with self._room:
            line = await self._alive() or Line(await self._connect())
            try:
                yield line
            except BaseException:
                line.client.close()
                raise
            await self._give_back(line)

    async def close(self) -> None:
        """Say goodbye to all; bounded."""
        lines, self._free = self._free, []
        await asyncio.gather(*(_quit(line) for line in lines))

    async def _alive(self) -> Line | None:
        while self._free:
            line = self._free.pop()
            idle = time.monotonic() - line.used_at
            if idle > IDLE_SECONDS or not line.client.is_connected:
                await _quit(line)
            elif (idle < FRESH_SECONDS and not line.refused) or await _reset(line):
                return line
        return None

    async def _give_back(self, line: Line) -> None:
        line.mails += 1
        line.used_at = time.monotonic()
        if line.mails < MAILS_PER_CONNECTION and line.client.is_connected:
            self._free.append(line)
        else:
            await _quit(line)

    async def _connect(self) -> aiosmtplib.SMTP:
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            use_tls=settings.smtp_tls == "tls",
            start_tls=False,
            timeout=settings.smtp_seconds,
        )
        try:
            await client.connect(tls_context=settings.tls_context() if settings.smtp_tls == "tls" else None)
            if settings.smtp_tls == "starttls":
                await self._secure(client)
            await self._log_in(client)
            if client.is_ehlo_or_helo_needed:  # after STARTTLS, or without any login
                await _greet(client)
        except BaseException as error:
            client.close()
            raise self._meaning(error) from error
        return client

    async def _secure(self, client: aiosmtplib.SMTP) -> None:
        """STARTTLS or nothing: whoever leaves it out gets neither password nor mail (RFC 3207, section 6)."""
        settings = self._settings
        await client.ehlo()
        if not client.supports_extension("starttls"):
            raise Misconfigured(name("smtp_tls"), f"{settings.smtp_host} offers no STARTTLS; try tls")
        await client.starttls(tls_context=settings.tls_context())

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        settings = self._settings
        if self._tokens is not None:
            token = await asyncio.to_thread(self._tokens.get)
            await client.auth_xoauth2((settings.smtp_user or settings.imap_user).encode(), token.encode())
        elif settings.smtp_user:
            # as bytes: the library would refuse letters outside ASCII, which RFC 4616 allows in UTF-8
            password = settings.smtp_password.get_secret_value().encode()
            await client.login(settings.smtp_user.encode(), password)

    def _meaning(self, error: BaseException) -> BaseException:
        """Everything is tried again; what somebody has to mend first is named, and tried again later."""
        host = f"{self._settings.smtp_host}:{self._settings.smtp_port}"
        if isinstance(error, Misconfigured):
            return Unavailable(str(error), MEND_SECONDS)
        if isinstance(error, SSLCertVerificationError):
            says = f"{name('ca_file')}: the certificate of {host} is not trusted: {error.verify_message}"
            return Unavailable(says, MEND_SECONDS)
        if isinstance(error, aiosmtplib.SMTPAuthenticationError) and not 400 <= error.code < 500:
            if self._tokens is not None:
                self._tokens.forget()
            setting = name("oauth_token" if self._tokens is not None else "smtp_password")
            return Unavailable(f"{setting}: {host} refuses the login: {error}", MEND_SECONDS)
        if isinstance(error, (aiosmtplib.SMTPException, OSError, *NONSENSE)):
            return Unavailable(f"no connection to {host}: {str(error) or type(error).__name__}")
        return error


async def _greet(client: aiosmtplib.SMTP) -> None:
    """What the server can do is known only after EHLO; a very old one knows HELO alone (RFC 5321, 3.2)."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


def _account(settings: MailSettings) -> Mailbox:
    """The account whose token sends: the common one, else the first mailbox's."""
    return next(iter(settings.every_mailbox()), Mailbox(address=settings.from_address))


async def _reset(line: Line) -> bool:
    """Whether the server still listens; forgets a letter that it refused half-way."""
    try:
        await line.client.rset(timeout=QUIT_SECONDS)
    except (aiosmtplib.SMTPException, OSError):
        line.client.close()
        return False
    line.refused = False
    return True


async def _quit(line: Line) -> None:
    try:
        await line.client.quit(timeout=QUIT_SECONDS)
    except (aiosmtplib.SMTPException, OSError):
        line.client.close()
