"""What the customers got: their mailboxes by IMAP, their telephones and timelines from the stand-ins."""

import asyncio
import contextlib
import email
import email.policy
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from imapclient import IMAPClient, SocketTimeout
from selectolax.lexbor import LexborHTMLParser

from deploy.sandbox.playground.world import Customer, World

_NEWEST = 15
_TIMEOUT = SocketTimeout(connect=2, read=4)


@dataclass(frozen=True, slots=True)
class Arrived:
    """One letter as its recipient sees it; `at` as the channel tells it, `key` unique for the page."""

    key: str
    channel: str
    customer: str
    at: str
    subject: str
    text: str

    def body(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


class Mailboxes:
    """Reads each customer's mailbox over a connection that is kept, and only what is new."""

    def __init__(self) -> None:
        self._connections: dict[str, IMAPClient] = {}
        self._seen: dict[str, dict[int, Arrived]] = {}

    def read(self, world: World, customers: Sequence[Customer]) -> list[Arrived]:
        """Everything that came so far; blocking. A server that is away leaves what was read before."""
        for one in customers:
            try:
                self._look(world, one)
            except (OSError, IMAPClient.Error):
                self._drop(one.name)
        return [letter for found in self._seen.values() for letter in found.values()]

    def close(self) -> None:
        """Give the connections back."""
        for name in list(self._connections):
            self._drop(name)

    def _look(self, world: World, who: Customer) -> None:
        connection = self._connections.get(who.name)
        if connection is None:
            host, port = world.server("imap")
            connection = IMAPClient(host, port, ssl=False, timeout=_TIMEOUT)
            self._connections[who.name] = connection
            connection.login(who.name, who.password)
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


async def everything(world: World, client: httpx.AsyncClient, mailboxes: Mailboxes) -> list[Arrived]:
    """All letters on all channels, the newest first."""
    customers = world.customers()
    found = await asyncio.gather(
        asyncio.to_thread(mailboxes.read, world, customers),
        _telephones(world, client, customers),
        *(_timeline(world, client, one) for one in customers),
        return_exceptions=True,
    )
    letters = [letter for part in found if not isinstance(part, BaseException) for letter in part]
    return sorted(letters, key=lambda letter: letter.at, reverse=True)[: _NEWEST * 2]


async def _telephones(
    world: World, client: httpx.AsyncClient, customers: Sequence[Customer]
) -> list[Arrived]:
    names = {one.phone: one.name for one in customers}
    messages: list[dict[str, Any]] = (await client.get(f"{world.twilio}/_sandbox/messages")).json()
    return [
        Arrived(
            key=one["sid"],
            channel="sms",
            customer=names[one["to"]],
            at=_iso(one.get("date_created", "")),
            subject=one["status"],
            text=one["body"],
        )
        for one in messages
        if one["direction"] != "inbound" and one["to"] in names
    ][-_NEWEST:]


async def _timeline(world: World, client: httpx.AsyncClient, who: Customer) -> list[Arrived]:
    headers = {"Authorization": f"Bearer {who.token}"}
    answer = await client.get(f"{world.mastodon}/api/v1/notifications?types[]=mention", headers=headers)
    return [
        Arrived(
            key=f"social-{one['id']}",
            channel="social",
            customer=who.name,
            at=_iso(one["created_at"]),
            subject=f"@{one['account']['username']}, {one['status']['visibility']}",
            text=LexborHTMLParser(one["status"]["content"]).text().strip(),
        )
        for one in answer.json()[:_NEWEST]
    ]


def _letter(customer: str, uid: int, raw: bytes) -> Arrived:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    part = message.get_body(("plain", "html"))
    return Arrived(
        key=f"mail-{customer}-{uid}",
        channel="mail",
        customer=customer,
        at=_iso(str(message.get("Date", ""))),
        subject=str(message.get("Subject", "")),
        text=part.get_content().strip() if part is not None else "",
    )


def _iso(moment: str) -> str:
    """RFC 3339 from RFC 3339 or RFC 2822, so that all sort alike; unreadable stays as it is."""
    if moment[:4].isdecimal():
        return moment.replace("Z", "+00:00")
    try:
        return parsedate_to_datetime(moment).isoformat()
    except ValueError:
        return moment
