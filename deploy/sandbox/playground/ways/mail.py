"""Mail: out by SMTP, in by IMAP over connections that are kept, reading only what is new."""

import asyncio
import contextlib
import email
import email.policy
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from imapclient import IMAPClient, SocketTimeout

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName

_TIMEOUT = SocketTimeout(connect=2, read=4)
_SECONDS = 10


class Mail:
    """The customers' mailboxes."""

    channels: Sequence[ChannelName] = ("mail",)
    group = "To us"

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: dict[str, IMAPClient] = {}
        self._seen: dict[str, dict[int, Arrived]] = {}

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Send a mail."""
        message = EmailMessage()
        message["From"] = f"{who.title} <{who.address}>"
        message["To"] = str(self._world.part("mail")["mailbox"])
        message["Subject"] = " ".join(text.split())[:60] or "Complaint"
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain="customers.example")
        message.set_content(text)
        await asyncio.to_thread(self._send, message)
        return Told("the mail server took it")

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Everything that came so far. A server that is away leaves what was read before."""
        self._world.part("mail")
        return await asyncio.to_thread(self._read, customers)

    def close(self) -> None:
        """Give the connections back."""
        for name in list(self._connections):
            self._drop(name)

    def _send(self, message: EmailMessage) -> None:
        host, port = self._world.server("smtp")
        with smtplib.SMTP(host, port, timeout=_SECONDS) as server:
            server.send_message(message)

    def _read(self, customers: Sequence[Customer]) -> list[Arrived]:
        for one in customers:
            try:
                self._look(one)
            except (OSError, IMAPClient.Error):
                self._drop(one.name)
        return [letter for found in self._seen.values() for letter in found.values()]

    def _look(self, who: Customer) -> None:
        connection = self._connections.get(who.name)
        if connection is None:
            host, port = self._world.server("imap")
            connection = IMAPClient(host, port, ssl=False, timeout=_TIMEOUT)
            self._connections[who.name] = connection
            connection.login(who.name, self._world.password(who))
            self._seen[who.name] = {}
        seen = self._seen[who.name]
        connection.select_folder("INBOX", readonly=True)
        new = [uid for uid in connection.search() if uid not in seen]
        for uid, parts in connection.fetch(new, ["BODY.PEEK[]"]).items() if new else ():
            seen[uid] = _letter(who.name, uid, parts[b"BODY[]"])

    def _drop(self, name: str) -> None:
        connection = self._connections.pop(name, None)
        if connection is not None:
            with contextlib.suppress(OSError, IMAPClient.Error):
                connection.shutdown()


def _letter(customer: str, uid: int, raw: bytes) -> Arrived:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body(("plain", "html"))
    return Arrived(
        key=f"mail-{customer}-{uid}",
        channel="mail",
        customer=customer,
        at=iso(str(message.get("Date", ""))),
        subject=str(message.get("Subject", "")),
        text=part.get_content().strip() if part is not None else "",
    )
