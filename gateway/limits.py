"""Bounds on what a request may send: bytes, and time for them, so that one slow client holds nothing for long."""

import asyncio
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE_SECONDS = 15.0
"""How long a body may stay silent."""
SLOWEST_BYTES_PER_SECOND = 8 * 1024


@dataclass(slots=True)
class Limits:
    """ASGI middleware. Over `body_bytes` is 413 before it is read; too slow is 408."""

    app: ASGIApp
    body_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a bounded `receive`."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
        else:
            await self.app(scope, _Bounded(receive, self.body_bytes, _declared(scope)), send)


class _Bounded:
    def __init__(self, receive: Receive, most: int, declared: int) -> None:
        self._receive = receive
        self._most = most
        self._declared = declared
        self._taken = 0
        self._complete = False
        self._started = asyncio.get_running_loop().time()

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        if self._declared > self._most:
            raise _too_large(self._most)
        message = await self._in_time()
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        if self._taken > self._most:
            raise _too_large(self._most)
        return message

    async def _in_time(self) -> Message:
        allowed = self._started + 2 * PATIENCE_SECONDS + self._taken / SLOWEST_BYTES_PER_SECOND
        now = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(min(PATIENCE_SECONDS, allowed - now)):
                return await self._receive()
        except TimeoutError as error:
            raise HTTPException(
                408, "the body did not come in time", headers={"Connection": "close"}
            ) from error


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"at most {most} bytes are taken", headers={"Connection": "close"})
