"""Stand-ins answer programs of this machine and their own pages; a site that somebody visits meanwhile reaches none.

Another site's page can send requests to loopback addresses, and with a rebound name even read the answers.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost", "::1")


class Guarded:
    """ASGI middleware: 403 for another name in Host, and for what a browser sends in another site's name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        if scope["type"] not in ("http", "websocket") or not (why := refusal(Headers(scope=scope))):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why})
        else:
            await JSONResponse({"detail": why}, 403)(scope, receive, send)


def refusal(headers: Headers) -> str:
    """Why a request with these headers is refused; empty when it is not."""
    host = headers.get("host", "")
    if urlsplit(f"//{host}").hostname not in _NAMES:
        return "only this machine is answered, under its own name"
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "a browser sent this for another site"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "a browser sent this for another site"
    return ""
