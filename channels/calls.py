"""Calls to a network's API: one client, bounded, and every failure named by what happens next.

Used by the adapters and repliers that speak HTTP themselves; a channel with a kept client library uses that.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from time import time
from types import MappingProxyType
from typing import Any

import httpx

from channels.contract import Unclear
from channels.json_body import MOST_BYTES, objects, read_json
from schemas.errors import Refused, Unavailable, Unreadable

NOTHING: Mapping[str, str] = MappingProxyType({})
MOST_DETAIL = 300
WHOLE_SECONDS = 300.0
"""For one call with its answer: a server that sends a byte now and then keeps within every other bound."""
MOST_WAIT_SECONDS = 3600.0
"""No provider's own wish keeps us away for longer: a wrong date would mean for ever."""
NONSENSE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    Unreadable,
)
"""What reading an answer ends in that is not of the form its provider documents."""

REMAINING_HEADERS = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
RESET_HEADERS = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
"""What Mastodon, X and Bluesky call them; the reset is a date (RFC 3339) or seconds since 1970."""

Unsure = type[Unavailable] | type[Unclear]
"""What a call becomes whose answer does not tell: it may be asked again, or it may have had its effect."""
Judge = Callable[[httpx.Response, Unsure], None]
"""Raises what a bad answer means; the second argument is what an answer that does not tell becomes."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_OF_THE_WIRE = (b"content-encoding", b"content-length", b"transfer-encoding")
"""Headers that are no longer true of a body that was read."""


class _TooMuch(Exception):
    """The answer is longer than any that its provider documents."""


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
        # as bytes: a token with a letter outside ASCII is the server's to refuse, not a reason to end here
        named = {key.encode(): value.encode() for key, value in {**headers, **bearer}.items()}
        self.client = httpx.AsyncClient(
            base_url=base.rstrip("/"),
            headers=named,
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
            response = await self._bounded(self.client.build_request(method, path, **named))
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Refused(f"no request to {self._host} can be made of this: {error}", "address") from error
        except _NEVER_LEFT as error:
            raise Unavailable(f"{self._host} cannot be reached: {type(error).__name__}") from error
        except httpx.RequestError as error:
            raise unsure(f"no answer from {self._host}: {type(error).__name__}") from error
        except TimeoutError as error:
            raise unsure(f"{self._host} did not come to an end in {WHOLE_SECONDS:.0f} s") from error
        except _TooMuch as error:
            raise unsure(f"{self._host} answers more than {MOST_BYTES} bytes") from error
        self.remaining = _number(response, REMAINING_HEADERS)
        self._judge(response, unsure)
        _no_redirect(response, unsure)
        return response

    async def _bounded(self, request: httpx.Request) -> httpx.Response:
        """The whole answer, but never more than any of them has; raises _TooMuch."""
        body = bytearray()
        async with asyncio.timeout(WHOLE_SECONDS):
            response = await self.client.send(request, stream=True)
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise _TooMuch
            finally:
                await response.aclose()
        told = [pair for pair in response.headers.raw if pair[0].lower() not in _OF_THE_WIRE]
        return httpx.Response(response.status_code, headers=told, content=bytes(body), request=request)

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self.client.aclose()


def raise_for(response: httpx.Response, unsure: Unsure = Unavailable) -> None:
    """429 and 401 may pass (tokens can be mended), a server's fault is `unsure`, any other 4xx is Refused."""
    status = response.status_code
    if status < 400:
        return
    said = f"{_who(response)}: {_detail(response)}"
    if status in (401, 429):
        raise Unavailable(said, retry_after(response))
    if status >= 500:
        raise Unavailable(said, retry_after(response)) if unsure is Unavailable else unsure(said)
    raise Refused(said, str(status))


def _no_redirect(response: httpx.Response, unsure: Unsure) -> None:
    """Nobody is followed elsewhere with our token; only a 303 may come after an effect (RFC 9110, 15.4)."""
    if response.is_redirect or 300 <= response.status_code < 400:
        kind = unsure if response.status_code == 303 else Unavailable
        elsewhere = response.headers.get("location", "nowhere")[:MOST_DETAIL]
        raise kind(
            f"{response.request.url.host} answers {response.status_code} and points to {elsewhere}; "
            "is the configured address the right one?"
        )


@contextmanager
def understood(whose: str, unsure: Unsure = Unavailable) -> Iterator[None]:
    """Reading an answer: one that is not of its provider's form is `unsure`, never an error without a type."""
    try:
        yield
    except NONSENSE as error:
        said = f"{type(error).__name__}: {error}"[:MOST_DETAIL]
        raise unsure(f"{whose} answers in a form that is not its own ({said})") from error


def answered(response: httpx.Response, unsure: Unsure = Unavailable) -> dict[str, Any]:
    """The JSON object that a good answer holds; raises `unsure` for anything else."""
    value = _answered(response, unsure)
    if not isinstance(value, dict):
        raise unsure(f"{_who(response)} with JSON that is no object")
    return value


def answered_list(response: httpx.Response) -> list[Any]:
    """The JSON array that a good answer holds; raises Unavailable for anything else."""
    value = _answered(response, Unavailable)
    if not isinstance(value, list):
        raise Unavailable(f"{_who(response)} with JSON that is no list")
    return value


def told(body: object, *path: str, unsure: Unsure = Unclear) -> str:
    """The word or number at `path` of an answer, as text; raises `unsure` when none stands there."""
    value = body
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise unsure(f"the answer is good and names no {'.'.join(path)}")
    return str(value)


def listed(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in the list under `name`; raises Unavailable when there is no list: that is not "none"."""
    found = body.get(name)
    if not isinstance(found, list):
        raise Unavailable(f"the answer is good and has no list {name}")
    return objects(found)


def _answered(response: httpx.Response, unsure: Unsure) -> Any:
    try:
        return read_json(response.content)
    except Unreadable as error:
        raise unsure(f"{_who(response)} with something that is not JSON: {_detail(response)}") from error


def _who(response: httpx.Response) -> str:
    return f"{response.request.url.host} answers {response.status_code}"


def retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait: Retry-After (RFC 9110, 10.2.3), else the reset of the rate limit; None for neither.

    Never more than MOST_WAIT_SECONDS.
    """
    try:
        asked = _asked(response)
    except (ValueError, TypeError, OverflowError):
        return None
    return None if asked is None else min(max(0.0, asked), MOST_WAIT_SECONDS)


def _asked(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = parsedate_to_datetime(value).timestamp() if value else _reset(response)
    return None if until is None else until - time()


def _reset(response: httpx.Response) -> float | None:
    seconds = _number(response, RESET_HEADERS)
    if seconds is not None:
        return float(seconds)
    value = response.headers.get(RESET_HEADERS[0], "")
    return datetime.fromisoformat(value).timestamp() if value else None


def _number(response: httpx.Response, names: tuple[str, ...]) -> int | None:
    found = next((response.headers[name] for name in names if name in response.headers), "")
    return int(found) if found.isascii() and found.isdigit() and len(found) < 20 else None


def _detail(response: httpx.Response) -> str:
    """The first words of an error's body; never a header, which might hold a secret."""
    return " ".join(response.text.split())[:MOST_DETAIL]
