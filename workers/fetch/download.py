"""One download: redirects by hand, size counted, credentials only where they belong, nothing unpacked."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import httpcore
import httpx

from channels.contract import Located
from schemas.errors import Refused, Unavailable
from workers.fetch.network import GuardedNetwork, Resolve, resolve
from workers.fetch.settings import FetchSettings

MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({401, 408, 425, 429})
"""Answers after which the same address may do later (a token can be mended)."""


class Sink(Protocol):
    """Where the bytes go, piece by piece."""

    def write(self, piece: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What the other side called it; the bytes are in the sink."""

    media_type: str


class Downloader:
    """A pool of connections for one provider: none is shared with another one's, whose private origin differs."""

    def __init__(
        self,
        settings: FetchSettings,
        provider: str = "",
        resolve: Resolve = resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            network_backend=GuardedNetwork(provider, resolve),
            max_connections=32,
            max_keepalive_connections=8,
            keepalive_expiry=10.0,
        )

    async def fetch(self, located: Located, sink: Sink) -> Downloaded:
        """Write what is there into `sink`.

        Raises Refused (forbidden address, too large, gone, not what it claims), Unavailable (may pass).
        """
        try:
            async with asyncio.timeout(self._settings.total_seconds):
                return await self._follow(located, sink)
        except TimeoutError as error:
            raise Unavailable(f"no end after {self._settings.total_seconds:g} s") from error
        except httpcore.UnsupportedProtocol as error:
            raise Refused("no address of the web", "address") from error
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise Unavailable(f"{_host(located.url)}: {type(error).__name__}") from error

    async def aclose(self) -> None:
        """Close the pooled connections."""
        await self._pool.aclose()

    async def _follow(self, located: Located, sink: Sink) -> Downloaded:
        url = first = _read(located.url)
        for _ in range(MOST_REDIRECTS + 1):
            headers = located.headers if _origin(url) == _origin(first) else {}
            async with self._pool.stream(
                "GET", _plain(url), headers=_asked(headers), extensions=self._timeouts
            ) as response:
                if response.status not in _REDIRECTS:
                    return await self._body(response, url, sink)
                url = _next(url, _header(response, b"location"))
        raise Refused(f"more than {MOST_REDIRECTS} redirects", "redirects")

    async def _body(self, response: httpcore.Response, url: httpx.URL, sink: Sink) -> Downloaded:
        _judge(response, url)
        claimed = _header(response, b"content-length")
        if claimed.isdecimal() and int(claimed) > self._settings.max_bytes:
            raise self._too_large()
        came = 0
        async for piece in response.aiter_stream():
            came += len(piece)
            if came > self._settings.max_bytes:
                raise self._too_large()
            sink.write(piece)
        return Downloaded(_header(response, b"content-type"))

    def _too_large(self) -> Refused:
        return Refused(f"larger than {self._settings.max_bytes} bytes (GATEWAY_FETCH_MAX_BYTES)", "size")

    @property
    def _timeouts(self) -> dict[str, Mapping[str, float]]:
        wait = self._settings.connect_seconds
        return {"timeout": {"connect": wait, "read": wait, "write": wait, "pool": wait}}


def _judge(response: httpcore.Response, url: httpx.URL) -> None:
    told = f"{url.host} answers {response.status}"
    if response.status in _PASSING or response.status >= 500:
        wait = _header(response, b"retry-after")
        raise Unavailable(told, float(wait) if wait.isdecimal() else None)
    if response.status != 200:
        raise Refused(told, str(response.status))
    if _header(response, b"content-encoding").lower() not in ("", "identity"):
        raise Refused(f"{url.host} sends packed bytes though none were asked for", "encoding")


def _read(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise Refused("no address of the web", "address") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Refused("no address of the web", "address")
    if url.userinfo:
        raise Refused("an address with a password in it", "address")
    return url


def _next(url: httpx.URL, location: str) -> httpx.URL:
    try:
        following = _read(str(url.join(location)))
    except httpx.InvalidURL as error:
        raise Refused("a redirect to no address of the web", "address") from error
    if url.scheme == "https" and following.scheme == "http":
        raise Refused("a redirect from https to http", "redirects")
    return following


def _asked(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return [("Accept", "*/*"), ("Accept-Encoding", "identity"), *headers.items()]


def _plain(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)


def _host(text: str) -> str:
    """The host alone: the rest of an address may carry a token."""
    return httpx.URL(text).host


def _header(response: httpcore.Response, name: bytes) -> str:
    found = next((value for key, value in response.headers if key.lower() == name), b"")
    return str(found.decode("latin-1").strip())
