"""Customers on four channels. Each tries again until he was heard, as people do; nobody knows the gateway's insides."""

import asyncio
import random
import smtplib
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import httpx
from mastodon import Mastodon
from mastodon.errors import MastodonError

from tests.acceptance.house import MAILBOX, House

PATIENCE_SECONDS = 90.0
CHANNELS = ("webform", "mail", "sms", "mastodon")
THINGS = (
    "washing machine",
    "invoice",
    "delivery",
    "broadband line",
    "mattress",
    "rental car",
    "boiler",
    "parcel",
)
TROUBLES = (
    "never arrived",
    "broke after a day",
    "was charged twice",
    "is late for the third time",
    "is too loud",
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint and who makes it. `marker` finds it again at the other end."""

    number: int
    channel: str
    customer: int

    @property
    def marker(self) -> str:
        return f"case number {self.number:04d}"

    @property
    def text(self) -> str:
        chance = random.Random(self.number)
        return (
            f"I want to complain: my {chance.choice(THINGS)} {chance.choice(TROUBLES)}. My {self.marker}. "
            f"I called {chance.randint(2, 9)} times and nobody helped. Please put it right."
        )

    @property
    def address(self) -> str:
        return f"customer{self.customer}@example.net"

    @property
    def phone(self) -> str:
        return f"+1415555{self.customer:04d}"


def network(number: int) -> dict[str, str]:
    """Headers as a proxy in front of the gateway writes them: each customer comes from an address of his own."""
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def complaints(count: int) -> list[Complaint]:
    """`count` distinct complaints, the channels in turn, each customer with a few."""
    return [Complaint(n, CHANNELS[n % len(CHANNELS)], 100 + n // 8) for n in range(count)]


class Customers:
    """Sends over the wire. A repeat is the same person saying the same again in a new message."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.told: dict[int, list[str]] = {}
        """Complaint number → references its sender was told at once (form)."""

    async def send(self, complaint: Complaint) -> None:
        """Until it was confirmed by whatever the channel confirms with."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        key = str(uuid.uuid4())
        while not await self._try(complaint, key):
            assert asyncio.get_running_loop().time() < deadline, f"{complaint} was not heard"
            await asyncio.sleep(0.3)

    async def _try(self, complaint: Complaint, key: str) -> bool:
        try:
            if complaint.channel == "webform":
                return await self._form(complaint, key)
            if complaint.channel == "sms":
                return await self._sms(complaint)
            blocking = self._mail if complaint.channel == "mail" else self._toot
            await asyncio.to_thread(blocking, complaint, key)
            return True
        except (httpx.HTTPError, OSError, smtplib.SMTPException, MastodonError, KeyError, ValueError):
            return False  # away for a moment: run.json, the gateway or a stand-in

    async def _form(self, complaint: Complaint, key: str) -> bool:
        body = {"description": complaint.text, "email": complaint.address, "name": "Customer"}
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.post(
                f"{self._house.facts()['http']}/complain",
                json=body,
                headers={"Idempotency-Key": key} | network(complaint.customer),
            )
        if answer.status_code != 201:
            return False
        self.told.setdefault(complaint.number, []).append(answer.json()["reference"])
        return True

    async def _sms(self, complaint: Complaint) -> bool:
        url = self._house.facts()["sandbox"]["twilio"]["url"]
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.post(
                f"{url}/_sandbox/sms", json={"from": complaint.phone, "body": complaint.text}
            )
        told: dict[str, Any] = answer.json()
        return answer.status_code == 201 and int(told["webhook"].get("status", 0)) == 200

    def _mail(self, complaint: Complaint, key: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Customer <{complaint.address}>", f"{MAILBOX}@localhost"
        mail["Subject"], mail["Message-ID"] = (
            f"Complaint {complaint.number}",
            make_msgid(key[:8], "example.net"),
        )
        mail.set_content(complaint.text)
        with smtplib.SMTP("127.0.0.1", self._house.exchanger.port, timeout=5) as smtp:
            smtp.send_message(mail)

    def _toot(self, complaint: Complaint, key: str) -> None:
        facts = self._house.facts()["sandbox"]["mastodon"]
        names = sorted(name for name in facts["tokens"] if name != facts["account"])
        client = Mastodon(
            access_token=facts["tokens"][names[complaint.customer % len(names)]],
            api_base_url=facts["url"],
            version_check_mode="none",
            request_timeout=5,
        )
        client.status_post(f"@{facts['account']} {complaint.text}", visibility="public", idempotency_key=key)
