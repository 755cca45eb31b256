"""Calls to a network's API: one client, bounded, and every failure named by what happens next.

Used by the adapters and repliers that speak HTTP themselves; a channel with a kept client library uses that.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from time import time
from types import MappingProxyType
from typing import Any

import httpx

from channels.contract import Unclear
from schemas.errors import Refused, Unavailable

NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_DETAIL = 300

REMAINING_HEADERS = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
RESET_HEADERS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
"""What Mastodon, X and Bluesky call them; the reset is a date (RFC 3339) or seconds since 1970."""

Unsure = type[Unavailable] | type[Unclear]
"""What a call becomes whose answer does not tell: it may be asked again, or it may have had its effect."""
Judge = Callable[[httpx.Response, Unsure], None]
"""Raises what a bad answer means; the second argument is what an answer that does not tell becomes."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class Api:
    """One network's API under `base`. `token` goes into Authorization as a bearer unless it is empty."""

    def __init__(
        self,
        base: str,
        token: str = "",
        timeout_seconds: float = 5.0,
        headers: Mapping[str, str] = NOTHING,
        judge: Judge | None = None,
    ) -> None:
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.AsyncClient(
            base_url=base.rstrip("/"),
            headers={**headers, **bearer},
            timeout=httpx.Timeout(timeout_seconds),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16),
        )
        # its log of requests would show addresses, and with Telegram the token in them
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self.remaining: int | None = None
        """Requests left in the server's rate-limit window, as its last answer said."""
        self._judge = judge or raise_for
        self._host = self.client.base_url.host

    async def get(self, path: str, **named: Any) -> httpx.Response:
        """A reading call; raises Refused or Unavailable."""
        return await self._call("GET", path, Unavailable, named)

    async def ask(self, path: str, **named: Any) -> httpx.Response:
        """A POST without effects that matter (logging in, polling); raises Refused or Unavailable."""
        return await self._call("POST", path, Unavailable, named)

    async def send(self, path: str, **named: Any) -> httpx.Response:
        """A POST with effects: without an answer, or after a server's fault, it is Unclear."""
        return await self._call("POST", path, Unclear, named)

    async def _call(self, method: str, path: str, unsure: Unsure, named: Mapping[str, Any]) -> httpx.Response:
        try:
            response = await self.client.request(method, path, **named)
        except _NEVER_LEFT as error:
            raise Unavailable(f"{self._host} cannot be reached: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise unsure(f"no answer from {self._host}: {type(error).__name__}") from error
        self.remaining = _number(response, REMAINING_HEADERS)
        self._judge(response, unsure)
        return response

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self.client.aclose()


def raise_for(response: httpx.Response, unsure: Unsure = Unavailable) -> None:
    """429 and 401 may pass (tokens can be mended), a server's fault is `unsure`, any other 4xx is Refused."""
    status = response.status_code
    if status < 400:
        return
    told = f"{response.request.url.host} answers {status}: {_detail(response)}"
    if status in (401, 429):
        raise Unavailable(told, retry_after(response))
    if status >= 500:
        raise Unavailable(told, retry_after(response)) if unsure is Unavailable else unsure(told)
    raise Refused(told, str(status))


def retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait: Retry-After (RFC 9110, 10.2.3), else the reset of the rate limit; None for neither."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value).timestamp() if value else _reset(response)
    except ValueError:
        return None
    return None if until is None else max(0.0, until - time())


def _reset(response: httpx.Response) -> float | None:
    seconds = _number(response, RESET_HEADERS)
    if seconds is not None:
        return float(seconds)
    value = response.headers.get(RESET_HEADERS[0], "")
    return datetime.fromisoformat(value).timestamp() if value else None


def _number(response: httpx.Response, names: tuple[str, ...]) -> int | None:
    found = next((response.headers[name] for name in names if name in response.headers), "")
    return int(found) if found.isascii() and found.isdigit() else None


def _detail(response: httpx.Response) -> str:
    """The first words of an error's body; never a header, which might hold a secret."""
    return " ".join(response.text.split())[:MOST_DETAIL]
