"""Which paths answer whom, and the headers that every answer carries.

On an address that others can reach only the public paths answer until an operator token is set.
"""

from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import problem

PUBLIC = (
    "/in/", "/complain", "/how-to-complain", "/status", "/healthz", "/readyz", "/static/", "/embed.js",
)  # fmt: skip
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


@dataclass(slots=True)
class Exposure:
    """ASGI middleware. `open` is whether more than the public paths may answer at all."""

    app: ASGIApp
    open: bool
    embed_origins: tuple[str, ...] = ()
    _policy: str = field(default=_POLICY.format(ancestors="'none'"), init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 for what is closed, else pass on and add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        policy = self._framed(scope) if path.startswith("/complain") else self._policy

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["Content-Security-Policy"] = policy
            await send(message)

        if self.open or path == "/" or path.startswith(PUBLIC):
            await self.app(scope, receive, with_headers)
        else:
            detail = "answers only on loopback until GATEWAY_OPERATOR_TOKEN is set"
            await problem(403, detail)(scope, receive, with_headers)

    def _framed(self, scope: Scope) -> str:
        if self.embed_origins and b"embed=1" in scope["query_string"]:
            return _POLICY.format(ancestors=" ".join(self.embed_origins))
        return self._policy
