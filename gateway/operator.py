"""Who may see the operators' pages: whoever holds the token. Without a token nobody does.

That a request comes from this machine proves nothing: a proxy on the same host passes everybody on, silently.
`gateway up` makes a token when none is set, and prints a link that signs in once.
"""

import hashlib
import hmac
import logging
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from channels.throttle import Throttle
from gateway.addresses import client_network
from gateway.front import Front, FrontOptions
from gateway.origin import same_origin
from gateway.pages.render import wants_html
from gateway.problems import answer_error, problem
from gateway.sealed import seal, unseal
from schemas.errors import Misconfigured, Untrusted

LOG = logging.getLogger(__name__)
COOKIE = "gateway_operator"
LOGIN = "/console/login"
SESSION_KEEPS = timedelta(hours=12)
LINK_KEEPS = timedelta(hours=12)
SHORTEST_TOKEN = 16
CLOSED = "closed until GATEWAY_OPERATOR_TOKEN is set (`gateway up` makes one and prints a link)"
_LONGEST_COOKIE = 8 * 1024


@dataclass(slots=True)
class OperatorsOnly:
    """ASGI middleware around operator paths. Every access is logged; the login page alone is open.

    Wrong tokens are slowed down for each network, before they are compared; a session goes on meanwhile.
    """

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
        client = client_network(request, self.front.options.trusted_proxies)
        who = session_of(request, self.front)
        if not who and (given := _bearer(request)):
            if self._throttle.blocked(client, time.monotonic()):
                await problem(429, headers={"Retry-After": "60"})(scope, receive, send)
                return
            who = self._token_holder(given, client)
        outcome = "allowed" if who else "denied"
        self.front.metrics.console(outcome)
        LOG.info(
            "console %s: %s %s by %s from %s",
            outcome,
            request.method,
            request.url.path,
            who or "nobody",
            client,
        )
        if who:
            scope.setdefault("state", {})["operator"] = f"{who} from {client}"
            await self._checked(request, scope, receive, send)
        else:
            await self._denied(request)(scope, receive, send)

    def _token_holder(self, given: str, client: str) -> str:
        if token_matches(given, self.front.options.operator_token):
            return f"{self.front.options.operator_name} (token)"
        self._throttle.count(client, time.monotonic())
        LOG.warning("console: a wrong token from %s", client)
        return ""

    async def _checked(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        if request.method not in ("GET", "HEAD"):
            try:
                same_origin(request, self.front.options.public_url)
            except Untrusted as error:
                await (await answer_error(request, error))(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _denied(self, request: Request) -> Response:
        if not self.front.options.operator_token:
            return problem(403, CLOSED)
        if wants_html(request):
            return RedirectResponse(f"{self.front.options.base_path}{LOGIN}", 303)
        return problem(401, "send the operator token", {"WWW-Authenticate": "Bearer"})


def check_token(token: str) -> None:
    """Raises Misconfigured for a token that can be guessed."""
    if token and (len(token) < SHORTEST_TOKEN or len(set(token)) < 6):
        raise Misconfigured(
            "GATEWAY_OPERATOR_TOKEN",
            f"needs at least {SHORTEST_TOKEN} characters that nobody can guess, as `openssl rand -hex 16` makes them",
        )


def session_of(request: Request, front: Front) -> str:
    """Whose session the cookie is; empty for none, for one that ended, and for one that was signed out of."""
    session = _session(request, front)
    return f"{front.options.operator_name} (session {session[:8]})" if session else ""


def sign_out(request: Request, front: Front) -> None:
    """From now on the session of this request is none, whoever kept its cookie."""
    if session := _session(request, front):
        front.sessions.end(session, front.clock() + SESSION_KEEPS)


def _session(request: Request, front: Front) -> str:
    options, header = front.options, request.headers.get("cookie", "")
    if not options.operator_token or len(header) > _LONGEST_COOKIE:
        return ""
    cookies = SimpleCookie(header)
    sealed = cookies[COOKIE].value if COOKIE in cookies else ""
    session = (
        unseal(options.secret, _purpose(options), sealed, front.clock(), SESSION_KEEPS) if sealed else None
    )
    return session if session and not front.sessions.ended(session, front.clock()) else ""


def _bearer(request: Request) -> str:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def sign_in_key(secret: bytes, token: str, now: datetime) -> str:
    """What signs in once: for the link that `gateway up` prints."""
    return seal(secret, _link_purpose(token), secrets.token_hex(16), now)


def signs_in(key: str, front: Front) -> bool:
    """Whether this key is good; it is so once."""
    options, now = front.options, front.clock()
    once = (
        unseal(options.secret, _link_purpose(options.operator_token), key, now, LINK_KEEPS) if key else None
    )
    if not options.operator_token or not once or front.sessions.ended(once, now):
        return False
    front.sessions.end(once, now + LINK_KEEPS)
    return True


def token_matches(given: str, token: str) -> bool:
    """Constant-time, also over different lengths; no token matches none."""
    one, other = (hashlib.sha256(text.encode("utf-8", "replace")).digest() for text in (given, token))
    return bool(token) and hmac.compare_digest(one, other)


def session_cookie(options: FrontOptions, now: datetime) -> dict[str, object]:
    """Arguments for `set_cookie`; a session ends with the token that opened it."""
    return {
        "key": COOKIE,
        "value": seal(options.secret, _purpose(options), secrets.token_hex(16), now),
        "max_age": int(SESSION_KEEPS.total_seconds()),
        "path": f"{options.base_path}/console",
        "secure": options.public_url.startswith("https:"),
        "httponly": True,
        "samesite": "strict",
    }


def _purpose(options: FrontOptions) -> str:
    return "operator." + hashlib.sha256(options.operator_token.encode()).hexdigest()


def _link_purpose(token: str) -> str:
    return "operator-link." + hashlib.sha256(token.encode()).hexdigest()
