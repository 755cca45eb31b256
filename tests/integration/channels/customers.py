"""Customers whose program is another one's: WhatsApp through Twilio, Mastodon.py, the AT Protocol SDK."""

from collections.abc import Sequence
from typing import Any

import httpx

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName

PREFIX = "whatsapp:"


class WhatsappByTwilio:
    """Twilio posts WhatsApp messages like SMS, with a prefix before both numbers."""

    channels: Sequence[ChannelName] = ("sms",)
    group = ""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._twilio = world.part("twilio")
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Write to our WhatsApp sender."""
        body = {"from": PREFIX + who.phone, "to": PREFIX + self._twilio["number"], "body": text}
        answer = good(await self._client.post(f"{self._twilio['url']}/_sandbox/sms", json=body))
        assert answer.json()["webhook"]["status"] == 200
        return Told("")

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """What came by WhatsApp, from the sender that was written to."""
        names = {PREFIX + one.phone: one.name for one in customers}
        every: list[dict[str, Any]] = (
            await self._client.get(f"{self._twilio['url']}/_sandbox/messages")
        ).json()
        return [
            Arrived(one["sid"], "sms", names[one["to"]], iso(one["date_created"]), one["from"], one["body"])
            for one in every
            if one["direction"] != "inbound" and one["to"] in names
        ]
