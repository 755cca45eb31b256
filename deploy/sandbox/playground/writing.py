"""Writing as a customer: each channel the way a real customer's program speaks to it."""

import asyncio
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import httpx

from deploy.sandbox.playground.world import Customer, World

CHANNELS = ("form", "mail", "sms", "social")
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What a customer wrote and what he was told at once: a reference from the form, else nothing."""

    channel: str
    customer: str
    text: str
    told: str = ""
    reference: str = ""


class Refused(Exception):
    """The other side said no; its own words."""


async def write(world: World, client: httpx.AsyncClient, who: Customer, channel: str, text: str) -> Written:
    """Send `text` on `channel`; raises Refused, or httpx and SMTP errors when a server is away."""
    if channel == "form":
        return await _form(world, client, who, text)
    if channel == "mail":
        return await _mail(world, who, text)
    if channel == "sms":
        return await _sms(world, client, who, text)
    return await _social(world, client, who, text)


async def _form(world: World, client: httpx.AsyncClient, who: Customer, text: str) -> Written:
    body = {"description": text, "name": who.name.title(), "email": who.address}
    told = _good(await client.post(f"{world.gateway}/complain", json=body)).json()
    return Written("form", who.name, text, f"reference {told['reference']} at once", told["reference"])


async def _mail(world: World, who: Customer, text: str) -> Written:
    message = EmailMessage()
    message["From"] = f"{who.name.title()} <{who.address}>"
    message["To"] = world.mailbox
    message["Subject"] = " ".join(text.split())[:60] or "Complaint"
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain="customers.example")
    message.set_content(text)

    def send() -> None:
        host, port = world.server("smtp")
        with smtplib.SMTP(host, port, timeout=_SECONDS) as server:
            server.send_message(message)

    await asyncio.to_thread(send)
    return Written("mail", who.name, text, "the mail server took it")


async def _sms(world: World, client: httpx.AsyncClient, who: Customer, text: str) -> Written:
    body = {"from": who.phone, "to": world.number, "body": text}
    _good(await client.post(f"{world.twilio}/_sandbox/sms", json=body))
    return Written("sms", who.name, text, "the provider's signed webhook was confirmed")


async def _social(world: World, client: httpx.AsyncClient, who: Customer, text: str) -> Written:
    body = {"status": f"@{world.account} {text}"[:500], "visibility": "public"}
    headers = {"Authorization": f"Bearer {who.token}"}
    _good(await client.post(f"{world.mastodon}/api/v1/statuses", data=body, headers=headers))
    return Written("social", who.name, text, "posted in public")


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.status_code >= 400:
        raise Refused(f"{answer.status_code}: {answer.text[:300]}")
    return answer
