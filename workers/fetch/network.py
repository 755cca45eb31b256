"""Connections that are judged when they are made: the name is resolved once, every address it has is checked,
and the connection goes to the very address that was checked. A name that answers otherwise a moment later
(rebinding) and a redirect into a private network both end here.

No proxy of the environment is used: it would connect on its own judgement.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore
import httpx

from schemas.errors import Refused, Unavailable
from workers.fetch.addresses import is_public

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Name and port to literal addresses; raises OSError."""

WEB_PORTS = frozenset({80, 443})
_PORTS = {"http": 80, "https": 443}


async def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says, in its order."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to public addresses on the web's ports, and to `provider` (a base URL) wherever it lies."""

    def __init__(self, provider: str = "", resolve: Resolve = resolve) -> None:
        url = httpx.URL(provider)
        self._provider = (url.raw_host.decode("ascii").strip("[]"), url.port or _PORTS.get(url.scheme, 0))
        self._resolve = resolve
        self._inner: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises Refused for an address that is none of the outside's, Unavailable for a name without one."""
        failed: Exception = Unavailable(f"{host} has no address")
        for address in await self._checked(host.lower().strip("[]"), port, timeout):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise Refused("media are not fetched from a local socket", "socket")

    async def sleep(self, seconds: float) -> None:
        """As httpcore asks for."""
        await asyncio.sleep(seconds)

    async def _checked(self, host: str, port: int, timeout: float | None) -> list[str]:
        ours = (host, port) == self._provider
        if not ours and port not in WEB_PORTS:
            raise Refused(f"media are not fetched from port {port}", "port")
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise Unavailable(f"{host} has no address: {type(error).__name__}") from error
        if not ours and not all(is_public(address) for address in addresses):
            raise Refused(f"{host} leads to an address that is not public", "address")
        return addresses
