"""A crowd of customers: most by form and SMS, some by mail and in public; each tries again until he was heard."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

import httpx

from tests.acceptance.customers import Complaint, Customers, network
from tests.acceptance.house import House

_CHANNELS = ("webform", "sms") * 12 + ("mail", "mastodon")
_EACH = 3
_AREA = 14155000000
_AGAIN_SECONDS = 0.5
SENDERS = 10


class Numbered(Complaint):
    """One complaint, found again by a number of six digits."""

    @property
    def marker(self) -> str:
        """What the queues are searched for."""
        return f"chaos number {self.number:06d}"

    @property
    def phone(self) -> str:
        """Where an SMS comes from, and where a form wants its answer."""
        return f"+{_AREA + self.customer}"


def complaint(number: int) -> Numbered:
    """The complaint with this number; a customer has three of them, on whatever channels come."""
    return Numbered(number, _CHANNELS[number % len(_CHANNELS)], number // _EACH)


class Crowd(Customers):
    """`heard` holds the numbers that a channel has confirmed: those, and only those, are owed an answer."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self.heard: set[int] = set()
        self._client = httpx.AsyncClient(timeout=5)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def complain(self, count: int, allowed: Callable[[], float], deadline: float) -> None:
        """Send `count` complaints, never more than `allowed()` says, none after `deadline` (loop's clock)."""
        waiting = iter(range(count))

        async def sender() -> None:
            for number in waiting:
                while number >= allowed():  # noqa: ASYNC110 - a proportion, nothing that could be set
                    await asyncio.sleep(0.05)
                await self._until_heard(complaint(number), deadline)

        async with asyncio.TaskGroup() as group:
            for _ in range(SENDERS):
                group.create_task(sender())

    async def _until_heard(self, one: Complaint, deadline: float) -> None:
        key = f"key-{one.number}"
        while asyncio.get_running_loop().time() < deadline:
            if await self._try(one, key):
                self.heard.add(one.number)
                return
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _form(self, complaint: Complaint, key: str) -> bool:
        body = {"description": complaint.text, "phone": complaint.phone, "name": "Customer"}
        url = f"{self._house.facts()['http']}/complain"
        answer = await self._client.post(
            url, json=body, headers={"Idempotency-Key": key} | network(complaint.customer)
        )
        return answer.status_code == 201

    async def _sms(self, complaint: Complaint) -> bool:
        url = f"{self._house.facts()['sandbox']['twilio']['url']}/_sandbox/sms"
        answer = await self._client.post(url, json={"from": complaint.phone, "body": complaint.text})
        told: dict[str, Any] = answer.json()
        return answer.status_code == 201 and int(told["webhook"].get("status", 0)) == 200
