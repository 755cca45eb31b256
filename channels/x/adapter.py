"""X's ways in: the Account Activity webhook, and polling where no webhook is paid for.

Source: docs.x.com, "Account Activity API: securing webhooks" (challenge-response check, signature header).
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import parse_qs, urlsplit

from channels.calls import understood
from channels.contract import Answer, Collected, Deployment, Inbound, Look, PushRequest, Verified
from channels.handed import Handed, nameless
from channels.lenient import objects
from channels.proofs import header, same_as_any
from channels.x.api import Json, XApi, bounded, next_token
from channels.x.settings import XSettings
from schemas.errors import Refused, Unavailable, Untrusted

MOST_DIGITS = 20
"""A 64-bit number's (X, "Twitter IDs")."""
SIGNATURE_HEADER = "X-Twitter-Webhooks-Signature"
_TOKEN = re.compile(r"[A-Za-z0-9+/=_.~-]{1,256}")
"""What a challenge may look like: X sends the base64 of a random UUID. The same key signs webhook bodies, which are
JSON objects, so whatever could be one (it begins with a brace) is never signed for whoever asks."""


class XDoor:
    """Answers the challenge, and lets in what the consumer secret signed."""

    def __init__(self, secrets: Sequence[str], account: str) -> None:
        self._secrets = secrets
        self._account = account

    def admit(self, method: str, headers: Mapping[str, str]) -> None:
        """A call that is no challenge carries a signature; raises Untrusted."""
        if method != "GET" and not header(headers, SIGNATURE_HEADER):
            raise Untrusted(f"{SIGNATURE_HEADER} is missing")

    def verify(self, request: PushRequest) -> Verified:
        """Raises Untrusted. A challenge without a token, or with one of another shape, is answered 400."""
        if request.method == "GET":
            return Verified((), self._challenge(request.url))
        if not request.body.lstrip().startswith(b"{"):
            raise Untrusted("a webhook of X is a JSON object; this could be the answer to a challenge")
        expected = [response_token(secret, request.body) for secret in self._secrets]
        if not same_as_any(header(request.headers, SIGNATURE_HEADER), expected):
            raise Untrusted(f"{SIGNATURE_HEADER} is missing or does not match the consumer secret")
        facts = {"account": self._account} if self._account else {}
        return Verified(
            (Inbound(request.body, "application/json", self._account, request.received_at, facts),), Answer()
        )

    def _challenge(self, url: str) -> Answer:
        token = parse_qs(urlsplit(url).query).get("crc_token", [""])[0]
        if not self._secrets or not _TOKEN.fullmatch(token):
            return Answer(400, b'{"error": "crc_token is missing or is none of X\'s"}', "application/json")
        body = {"response_token": response_token(self._secrets[0], token.encode())}
        return Answer(200, json.dumps(body).encode(), "application/json")


def response_token(secret: str, message: bytes) -> str:
    """`sha256=` and the base64 of HMAC-SHA-256: the answer to a challenge, and a body's signature."""
    return "sha256=" + base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).decode()


@dataclass(frozen=True, slots=True)
class Position:
    """The newest mention and the newest direct message that are durable; ids grow with time."""

    mentions: str = "1"
    messages: str = "1"

    def text(self) -> str:
        """The position as it is stored."""
        return json.dumps({"mentions": self.mentions, "messages": self.messages})

    @classmethod
    def of(cls, text: str) -> Self:
        """Read `text()`."""
        return cls(**json.loads(text))


class XSource:
    """One account by polling."""

    def __init__(self, settings: XSettings) -> None:
        self.account = settings.user_id
        self._api = XApi(settings)
        self._seconds = settings.poll_seconds
        self._handed = Handed()
        self.look = Look(every=settings.poll_seconds)

    async def receive(self, position: str | None) -> AsyncIterator[Collected]:
        """Mentions and messages after `position`, oldest first. Raises Unavailable."""
        self._handed.begin()
        try:
            with understood("X"):
                async with aclosing(self._receive(position)) as received:
                    async for collected in received:
                        yield collected
        except Refused as error:
            raise Unavailable(f"{error}; do the app's keys allow reading?") from error

    async def _receive(self, position: str | None) -> AsyncGenerator[Collected, None]:
        at = Position.of(position or await self.begin())
        while True:
            for one in await self._new_mentions(at.mentions):
                at = replace(at, mentions=str(max(int(at.mentions), one.number)))
                if collected := self._collected(one, at):
                    yield collected
            for one in await self._new_messages(at.messages):
                at = replace(at, messages=str(max(int(at.messages), one.number)))
                if collected := self._collected(one, at):
                    yield collected
            self.look = Look(datetime.now(UTC), self._seconds)
            await asyncio.sleep(self._seconds)

    async def begin(self) -> str:
        """Where a first start stands: at the newest mention and the newest message."""
        mentions = [
            one for page in await self._api.mentions(self.account, "") for one in objects(page.get("data"))
        ]
        messages = objects((await self._api.messages()).get("data"))
        newest = [max((_number(one) for one in every), default=1) or 1 for every in (mentions, messages)]
        return Position(str(newest[0]), str(newest[1])).text()

    async def _new_mentions(self, since: str) -> list["_Found"]:
        pages = await self._api.mentions(self.account, since)
        return _oldest_first(pages, since)

    async def _new_messages(self, since: str) -> list["_Found"]:
        """X cannot be asked for messages after an id: page back until a known one comes."""
        pages: list[Json] = []
        token = ""
        while True:
            page = await self._api.messages(token)
            pages.append(page)
            token = next_token(page)
            numbers = [number for one in objects(page.get("data")) if (number := _number(one))]
            if not token or not numbers or min(numbers) <= int(since):
                return _oldest_first(pages, since)
            bounded(pages)

    def _collected(self, one: "_Found", at: Position) -> Collected | None:
        """One object; what X gave no id is handed over once, so that somebody looks at it."""
        value = {"includes": one.includes, "data": [one.value]}
        raw = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if not one.number and not self._handed.take(nameless(raw)):
            return None
        facts = {"account": self.account}
        inbound = Inbound(raw, "application/json", self.account, datetime.now(UTC), facts)
        return Collected(inbound, at.text(), nameless(raw))

    async def confirm(self, collected: Sequence[Collected]) -> None:
        """Nothing to mark there."""
        self._handed.confirm(collected)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


@dataclass(frozen=True, slots=True)
class _Found:
    """A post or message with what its page says beside it; `number` is 0 for one without an id."""

    number: int
    value: Json
    includes: object


def _number(one: Json) -> int:
    text = str(one.get("id"))
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def _oldest_first(pages: Sequence[Json], since: str) -> list[_Found]:
    """Every object after `since`."""
    every = [
        _Found(_number(one), one, page.get("includes", {}))
        for page in pages
        for one in objects(page.get("data"))
    ]
    return sorted(
        (one for one in every if not one.number or one.number > int(since)), key=lambda one: one.number
    )


def build_door(settings: XSettings, deployment: Deployment) -> XDoor:
    """The door for the account's webhook."""
    return XDoor(settings.webhook_secrets, settings.user_id)


def build_sources(settings: XSettings, deployment: Deployment) -> Sequence[XSource]:
    """Polling, when an interval and the account are set."""
    return [XSource(settings)] if settings.poll_seconds and settings.user_id else []
