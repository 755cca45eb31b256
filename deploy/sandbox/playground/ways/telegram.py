"""Telegram: persons who write to the bot of the stand-in; the gateway polls for what they wrote."""

import time
from collections.abc import Sequence

import httpx

from deploy.sandbox.playground.moments import iso
from deploy.sandbox.playground.ways.contract import Arrived, Told, good
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName


class Telegram:
    """Private chats with the bot; a chat has the person's id."""

    channels: Sequence[ChannelName] = ("telegram",)
    group = "Messengers"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Write to the bot."""
        person = {"id": _chat(who), "is_bot": False, "first_name": who.title, "language_code": "en"}
        message = {
            "message_id": time.time_ns() // 1_000_000,
            "date": int(time.time()),
            "chat": {"id": _chat(who), "type": "private", "first_name": who.title},
            "from": person,
            "text": text,
        }
        good(await self._client.post(f"{self._url}/updates", json={"message": message}))
        return Told("it waits for the bot")

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """The bot's messages."""
        names = {_chat(one): one.name for one in customers}
        every = good(await self._client.get(f"{self._url}/messages")).json()
        return [
            Arrived(
                f"t{one['message_id']}",
                "telegram",
                names[chat],
                iso(one["date"]),
                "from the bot",
                one["text"],
            )
            for one in every
            if (chat := one["chat"]["id"]) in names
        ]

    @property
    def _url(self) -> str:
        return f"{self._world.part('telegram')['url']}/_sandbox"


def _chat(who: Customer) -> int:
    return 700_000_000 + who.number
