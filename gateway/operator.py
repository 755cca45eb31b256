"""Who may see the operators' pages: whoever holds the token, or, while none is set, this machine alone."""

import hashlib
import hmac
import ipaddress
import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.addresses import client_network
from gateway.front import Front, FrontOptions
from gateway.origin import same_origin
from gateway.pages.render import wants_html
from gateway.problems import answer_error, problem
from gateway.sealed import seal, unseal
from gateway.throttle import Throttle
from schemas.errors import Untrusted

LOG = logging.getLogger(__name__)
COOKIE = "gateway_operator"
LOGIN = "/console/login"
SESSION_KEEPS = timedelta(hours=12)
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(slots=True)
class OperatorsOnly:
    """ASGI middleware around operator paths. Every access is logged; the login page alone is open."""

    app: ASGIApp
    front: Front
    _throttle: Throttle = field(default_factory=lambda: Throttle(burst=10, seconds=10))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 403, 401, 429, or send a browser to the login page."""
        request = Request(scope, receive)
        if request.url.path == LOGIN and self.front.options.operator_token:
            scope.setdefault("state", {})["throttle"] = self._throttle
            await self.app(scope, receive, send)
            return
        who = identify(request, self.front.options, self.front.clock())
        outcome = "allowed" if who else "denied"
        self.front.metrics.console(outcome)
        client = client_network(request, self.front.options.trusted_proxies)
        LOG.info("console %s: %s %s by %s from %s", outcome, request.method, request.url.path, who, client)
        if who:
            await self._checked(request, scope, receive, send)
        else:
            await self._denied(request, client)(scope, receive, send)

    async def _checked(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        if request.method not in ("GET", "HEAD"):
            try:
                same_origin(request, self.front.options.public_url)
            except Untrusted as error:
                await (await answer_error(request, error))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _denied(self, request: Request, client: str) -> Response:
        if not self.front.options.operator_token:
            return problem(403, "answers only on loopback until GATEWAY_OPERATOR_TOKEN is set")
        if "authorization" in request.headers:
            self._throttle.wrong(client, time.monotonic())
        if wants_html(request):
            return RedirectResponse(LOGIN, 303)
        return problem(401, "send the operator token", {"WWW-Authenticate": "Bearer"})


def identify(request: Request, options: FrontOptions, now: datetime) -> str:
    """Who asks: `token`, `session`, `loopback`; empty for anybody else. Constant-time compares."""
    if not options.operator_token:
        return "loopback" if options.private and _from_here(request) else ""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token_matches(given.strip(), options.operator_token):
        return "token"
    cookies = SimpleCookie(request.headers.get("cookie", ""))
    sealed = cookies[COOKIE].value if COOKIE in cookies else ""
    opened = unseal(options.secret, _purpose(options), sealed, now, SESSION_KEEPS) if sealed else None
    return "session" if opened else ""


def token_matches(given: str, token: str) -> bool:
    """Constant-time, also over different lengths."""
    one, other = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (given, token))
    return hmac.compare_digest(one, other)


def session_cookie(options: FrontOptions, now: datetime) -> dict[str, object]:
    """Arguments for `set_cookie`; a session ends with the token that opened it."""
    return {
        "key": COOKIE,
        "value": seal(options.secret, _purpose(options), "operator", now),
        "max_age": int(SESSION_KEEPS.total_seconds()),
        "path": "/console",
        "secure": options.public_url.startswith("https:"),
        "httponly": True,
        "samesite": "strict",
    }


def _purpose(options: FrontOptions) -> str:
    return "operator." + hashlib.sha256(options.operator_token.encode()).hexdigest()


def _from_here(request: Request) -> bool:
    """This machine, asked under its own name (a rebound name of another site is not), past no proxy."""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    try:
        local = ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
    proxied = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "via"))
    return local and host in _LOCAL_NAMES and not proxied
