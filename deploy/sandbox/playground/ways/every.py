"""All ways together: which channels can be written on, and everything that arrived on any of them."""

import asyncio
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import httpx

from channels.registry import BY_NAME
from deploy.sandbox.playground.ways.bluesky import Bluesky
from deploy.sandbox.playground.ways.contract import Arrived, Refused, Way
from deploy.sandbox.playground.ways.desk import Desk
from deploy.sandbox.playground.ways.mail import Mail
from deploy.sandbox.playground.ways.mastodon import Mastodon
from deploy.sandbox.playground.ways.meta import Meta
from deploy.sandbox.playground.ways.sms import Sms
from deploy.sandbox.playground.ways.telegram import Telegram
from deploy.sandbox.playground.ways.webform import Webform
from deploy.sandbox.playground.ways.x import X
from deploy.sandbox.playground.world import Customer, Missing, World
from schemas.names import ChannelName

_NEWEST = 30
_AWAY = (Missing, Refused, httpx.HTTPError)


class Ways:
    """Each channel's way, in the order of the page."""

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._mail = Mail(world)
        mine = [kind(world, client) for kind in (Sms, Meta, Telegram, Mastodon, Bluesky, X, Desk)]
        self._ways: Sequence[Way] = [Webform(world, client), self._mail, *mine]
        self._by_channel = {channel: way for way in self._ways for channel in way.channels}

    def of(self, channel: str) -> tuple[Way, ChannelName] | None:
        """The way of a channel, if there is such a channel."""
        return next(((way, name) for name, way in self._by_channel.items() if name == channel), None)

    def groups(self) -> list[dict[str, Any]]:
        """Channels with their titles, by heading, as JSON for the page."""
        return [
            {
                "title": title,
                "channels": [
                    {"name": name, "title": BY_NAME[name].title} for way in ways for name in way.channels
                ],
            }
            for title, ways in groupby(self._ways, lambda way: way.group)
        ]

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """The newest letters on all of them, the newest first; a way that is away has none."""
        found = await asyncio.gather(*(way.arrived(customers) for way in self._ways), return_exceptions=True)
        letters: list[Arrived] = []
        for part in found:
            if isinstance(part, BaseException):
                if not isinstance(part, _AWAY):
                    raise part
            else:
                letters += part
        return sorted(letters, key=lambda letter: letter.at, reverse=True)[:_NEWEST]

    def close(self) -> None:
        """Give connections back."""
        self._mail.close()
