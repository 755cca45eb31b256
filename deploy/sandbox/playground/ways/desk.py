"""Telephone, letter, counter: a clerk takes the complaint down on the console's own page, as staff do."""

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser

from deploy.sandbox.playground.ways.contract import Arrived, Refused, Told, good
from deploy.sandbox.playground.world import Customer, World
from schemas.names import ChannelName

CLERK = "the playground's clerk"


class Desk:
    """Who calls is answered by SMS, who writes or comes by is answered by mail."""

    channels: Sequence[ChannelName] = ("telephone", "letter", "counter")
    group = "To a clerk"

    def __init__(self, world: World, client: httpx.AsyncClient) -> None:
        self._world = world
        self._client = client

    async def write(self, who: Customer, channel: ChannelName, text: str) -> Told:
        """Open the entry page, fill it in, send it."""
        page, headers = f"{self._world.gateway}/console/enter", self._world.as_operator
        shown = LexborHTMLParser(good(await self._client.get(page, headers=headers)).text)
        nonce = shown.css_first("input[name=nonce]")
        if nonce is None:
            raise Refused("the entry page has no form")
        address = {"phone": who.phone} if channel == "telephone" else {"email": who.address}
        fields = {"nonce": nonce.attributes["value"] or "", "channel": channel, "taken_by": CLERK}
        fields |= {"description": text, "name": who.title, **address}
        answer = good(await self._client.post(page, data=fields, headers=headers))
        reference = parse_qs(urlsplit(answer.headers.get("location", "")).query)["reference"][0]
        return Told("a clerk took it down", reference)

    async def arrived(self, customers: Sequence[Customer]) -> list[Arrived]:
        """Answers come by mail and SMS."""
        return []
