"""Which paths answer whom, and the headers that every answer carries.

On an address that others can reach only the public paths answer until an operator token is set.
"""

from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import problem

PUBLIC = (
    "/complain", "/how-to-complain", "/status", "/healthz", "/readyz", "/static/", "/embed.js",
)  # fmt: skip
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), browsing-topics=()"),
]


@dataclass(slots=True)
class Exposure:
    """ASGI middleware. `open` is whether more than the public paths may answer at all."""

    app: ASGIApp
    open: bool
    embed_origins: tuple[str, ...] = ()
    _plain: list[tuple[bytes, bytes]] = field(init=False)
    _framed: list[tuple[bytes, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        self._plain = _headers("'none'")
        self._framed = _headers(" ".join(self.embed_origins) or "'none'")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 for what is closed, else pass on and add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        framed = path.startswith("/complain") and b"embed=1" in scope["query_string"]
        headers = self._framed if framed else self._plain

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        if self.open or path == "/" or path.startswith(PUBLIC):
            await self.app(scope, receive, with_headers)
        else:
            detail = "closed until GATEWAY_OPERATOR_TOKEN is set"
            await problem(403, detail)(scope, receive, with_headers)


def _headers(ancestors: str) -> list[tuple[bytes, bytes]]:
    return [*_HEADERS, (b"content-security-policy", _POLICY.format(ancestors=ancestors).encode())]
