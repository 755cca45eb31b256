"""Calls as our account (XRPC over HTTP): log in with the app password, renew the session when it expires.

Source: atproto.com "HTTP API (XRPC)", com.atproto.server.createSession and refreshSession. Direct messages are
served by another service, reached through our own server by the header `atproto-proxy`.
"""

import asyncio
from typing import Any

import httpx

from channels.bluesky.settings import BlueskySettings
from channels.calls import NONSENSE, Api, Unsure, answered, raise_for, told
from channels.contract import Unclear
from schemas.errors import Refused, Unavailable

CHAT = {"atproto-proxy": "did:web:api.bsky.chat#bsky_chat"}
Json = dict[str, Any]


class ExpiredToken(Unavailable):
    """The session's token is too old: renew it and ask again."""


class Session:
    """One account on its server. Raises Refused (code: the error's name), Unavailable; `procedure` also Unclear."""

    def __init__(self, settings: BlueskySettings) -> None:
        self._api = Api(
            f"{settings.service.rstrip('/')}/xrpc", timeout_seconds=settings.timeout_seconds, judge=_judge
        )
        self._settings = settings
        self._lock = asyncio.Lock()
        self._token = ""
        self._did = ""

    async def did(self) -> str:
        """Our account's DID."""
        if not self._did:
            await self._log_in("")
        return self._did

    async def query(self, name: str, asked: Json, chat: bool = False) -> Json:
        """A reading call."""
        return await self._authorised(
            name, chat, lambda headers: self._api.get(f"/{name}", params=asked, headers=headers)
        )

    async def procedure(self, name: str, body: Json, chat: bool = False) -> Json:
        """A call with effects."""
        return await self._authorised(
            name, chat, lambda headers: self._api.send(f"/{name}", json=body, headers=headers), writes=True
        )

    async def _authorised(self, name: str, chat: bool, call: Any, writes: bool = False) -> Json:
        for attempt in (1, 2):
            await self.did()
            token = self._token
            headers = {"Authorization": f"Bearer {token}", **(CHAT if chat else {})}
            try:
                return answered(await call(headers), Unclear if writes else Unavailable)
            except ExpiredToken:
                if attempt == 2:
                    raise
                await self._log_in(token)
        raise AssertionError(name)

    async def _log_in(self, expired: str) -> None:
        """A new session, unless somebody else renewed it meanwhile."""
        async with self._lock:
            if self._token != expired:
                return
            body = {
                "identifier": self._settings.handle,
                "password": self._settings.app_password.get_secret_value(),
            }
            try:
                response = await self._api.ask("/com.atproto.server.createSession", json=body)
            except Refused as error:
                raise Unavailable(f"{error}; is CHANNEL_BLUESKY_APP_PASSWORD right?") from error
            session = answered(response)
            token, did = (told(session, one, unsure=Unavailable) for one in ("accessJwt", "did"))
            self._token, self._did = token, did

    async def aclose(self) -> None:
        """Close the connections."""
        await self._api.aclose()


def _judge(response: httpx.Response, unsure: Unsure) -> None:
    """XRPC names its errors; 400 is most of them."""
    if response.status_code == 400:
        name, message = _error(response)
        if name == "ExpiredToken":
            raise ExpiredToken("the session's token has expired")
        raise Refused(f"Bluesky refuses ({name}): {message}", name or "400")
    raise_for(response, unsure)


def _error(response: httpx.Response) -> tuple[str, str]:
    try:
        body = response.json()
        return str(body.get("error", "")), str(body.get("message", ""))[:300]
    except NONSENSE:
        return "", ""
