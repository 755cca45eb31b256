"""How many bytes a request may send. How long it may take is the server's to bound (gateway.server)."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(slots=True)
class Limits:
    """ASGI middleware. Over `body_bytes` is 413, told before it is read where the length was declared."""

    app: ASGIApp
    body_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a bounded `receive`."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
        else:
            await self.app(scope, _Bounded(receive, self.body_bytes, _declared(scope)), send)


async def read_body(scope: Scope, receive: Receive, most: int) -> bytes:
    """A whole body under the same bounds; raises HTTPException (400, 413)."""
    bounded = _Bounded(receive, most, _declared(scope))
    pieces = []
    more = True
    while more:
        message = await bounded()
        if message["type"] != "http.request":
            raise HTTPException(400, "the connection ended before the body")
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class _Bounded:
    def __init__(self, receive: Receive, most: int, declared: int) -> None:
        self._receive = receive
        self._most = most
        self._declared = declared
        self._taken = 0
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:
            return await self._receive()
        if self._declared > self._most:
            raise _too_large(self._most)
        message = await self._receive()
        if message["type"] == "http.request":
            self._taken += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        if self._taken > self._most:
            raise _too_large(self._most)
        return message


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"at most {most} bytes are taken", headers={"Connection": "close"})
