"""`/in/<channel>`: verify, make durable, confirm. Raw bytes go on as they came; nothing is parsed here.

The hot path of the house: it stands in front of the framework and needs nothing of it.
"""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.contract import Door, PushRequest
from channels.registry import BY_NAME
from gateway.front import Front
from gateway.limits import read_body
from gateway.problems import as_problem
from schemas.errors import GatewayError, Untrusted
from schemas.names import ChannelName

PREFIX = "/in/"


@dataclass(slots=True)
class Webhooks:
    """ASGI middleware: answers what is under `/in/`, passes everything else on."""

    app: ASGIApp
    front: Front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What the channel's door wants its caller to hear, or a problem (403, 404, 405, 413, 503)."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        try:
            answer = await self._answer(scope, receive)
        except (GatewayError, HTTPException) as error:
            answer = as_problem(error)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        name: ChannelName = scope["path"][len(PREFIX) :]
        door, options, headers = self._door(name, scope["method"]), self.front.options, Headers(scope=scope)
        try:
            door.admit(scope["method"], headers)
        except Untrusted as error:
            self.front.metrics.refused(name, "untrusted")
            return _unread(error)
        pushed = PushRequest(
            method=scope["method"],
            url=public_url(scope, options.public_url),
            headers=headers,
            body=await read_body(scope, receive, min(options.body_limit_bytes, BY_NAME[name].call_bytes)),
            received_at=self.front.clock(),
        )
        try:
            verified = door.verify(pushed)
        except Untrusted:
            self.front.metrics.refused(name, "untrusted")
            raise
        if verified.deliveries:
            await self.front.intake.accept(name, verified.deliveries)
        answer = verified.answer
        return Response(answer.body, answer.status, media_type=answer.media_type)

    def _door(self, name: ChannelName, method: str) -> Door:
        door = self.front.doors.get(name)
        if door is None:
            raise HTTPException(404)
        if method not in ("GET", "POST"):
            raise HTTPException(405, headers={"Allow": "GET, POST"})
        return door


def _unread(error: Untrusted) -> Response:
    """Refused by its head: whatever body is on its way is not waited for."""
    answer = as_problem(error)
    answer.headers["Connection"] = "close"
    return answer


def public_url(scope: Scope, public: str) -> str:
    """The configured address with the path and query as they were asked: what signatures are checked on.

    Neither Host nor a forwarded header has a say in it.
    """
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    return public + path.split(b"?")[0].decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
