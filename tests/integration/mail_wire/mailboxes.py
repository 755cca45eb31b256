"""What the mail tests need: mails of our own, and a source that is listened to."""

import asyncio
import contextlib
import imaplib
import time
from collections.abc import AsyncIterator
from typing import Any

from channels.contract import Collected
from channels.mail.adapter import MailSource
from channels.mail.settings import MailSettings
from deploy.local.dovecot import Dovecot
from tests.patience import PATIENCE

USER, PASSWORD, ADDRESS = "complaints", "secret-of-the-test", "complaints@localhost"


def a_mail(number: int, extra: str = "", body: str = "My parcel never came.") -> bytes:
    """A small complaint with a Message-ID of its own."""
    return (
        f"From: Anna <anna{number}@customer.example>\r\nTo: {ADDRESS}\r\nSubject: parcel {number}\r\n"
        f"Message-ID: <{number}@customer.example>\r\n{extra}\r\n{body} {number}\r\n"
    ).encode()


def settings_for(dovecot: Dovecot, **changes: Any) -> MailSettings:
    """TLS with the test's authority and a short poll."""
    given: dict[str, Any] = {
        "imap_host": "localhost",
        "imap_port": dovecot.ports.imaps,
        "imap_user": USER,
        "imap_password": PASSWORD,
        "address": ADDRESS,
        "ca_file": dovecot.ca_file,
        "poll_seconds": 20,
        "read_seconds": 3,
        **changes,
    }
    return MailSettings(**given)


def source_for(dovecot: Dovecot, **changes: Any) -> MailSource:
    """The one mailbox of `settings_for`."""
    settings = settings_for(dovecot, **changes)
    return MailSource(settings, settings.every_mailbox()[0])


def put(dovecot: Dovecot, *mails: bytes, folder: str = "INBOX", date: float | None = None) -> None:
    """Append mails as somebody else would."""
    when = imaplib.Time2Internaldate(time.time() if date is None else date)
    with imaplib.IMAP4("127.0.0.1", dovecot.ports.imap, timeout=5) as other:
        other.login(USER, PASSWORD)
        for mail in mails:
            other.append(folder, "", when, mail)


def flags(dovecot: Dovecot, folder: str = "INBOX") -> list[str]:
    """The flags of every mail in the folder, in order."""
    with imaplib.IMAP4("127.0.0.1", dovecot.ports.imap, timeout=5) as other:
        other.login(USER, PASSWORD)
        count = int((other.select(folder, readonly=True)[1][0] or b"0").decode())
        return [str(other.fetch(str(number), "(FLAGS)")[1][0]) for number in range(1, count + 1)]


class Listener:
    """Receives in the background, as the collector does."""

    def __init__(self, source: MailSource, position: str | None) -> None:
        self.source = source
        self.got: list[Collected] = []
        self.task = asyncio.create_task(self._listen(position))

    async def _listen(self, position: str | None) -> None:
        stream = self.source.receive(position)
        assert isinstance(stream, AsyncIterator)
        async with contextlib.aclosing(stream):  # type: ignore[type-var]
            async for one in stream:
                self.got.append(one)

    async def until(self, count: int, seconds: float = 40) -> list[Collected]:
        """Wait for so many; fails with the receiver's own error when it had one."""
        deadline = time.monotonic() + seconds * PATIENCE
        while len(self.got) < count and time.monotonic() < deadline:
            if self.task.done():
                await self.task
            await asyncio.sleep(0.02)
        assert len(self.got) >= count, f"{len(self.got)} of {count} came in {seconds} s"
        return self.got

    async def stop(self) -> None:
        """End receiving and log out."""
        self.task.cancel()
        await asyncio.wait({self.task})
        await self.source.aclose()


@contextlib.asynccontextmanager
async def listening(source: MailSource, position: str | None) -> AsyncIterator[Listener]:
    """A listener that is stopped at the end."""
    listener = Listener(source, position)
    try:
        yield listener
    finally:
        await listener.stop()
