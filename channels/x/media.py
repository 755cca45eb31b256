"""Media by address: those of posts are public, those of direct messages want a signed call as our account.

Source: developer.x.com, "Direct Messages: Retrieving media": GET the media's https address on `ton.twitter.com`,
signed with the account's token (OAuth 1.0a).
"""

import httpx

from channels.contract import Deployment, Located
from channels.x.settings import XSettings
from channels.x.signing import Signer
from schemas.errors import Refused
from schemas.message import MediaReference

PRIVATE = frozenset({"ton.twitter.com", "ton.x.com"})
"""Whose servers want a signed call, beside the configured one."""


class XMedia:
    """Signs each time, so that a second attempt has a nonce of its own."""

    def __init__(self, settings: XSettings) -> None:
        self.provider = settings.api_base
        self._origin = _origin(httpx.URL(settings.api_base))
        self._signer = Signer(settings)

    async def locate(self, reference: MediaReference) -> Located:
        """The address as X gave it; raises Refused for none."""
        try:
            url = httpx.URL(reference.url)
        except httpx.InvalidURL as error:
            raise Refused("no address of the web", "address") from error
        if not url.host:
            raise Refused("X names no address for this file", "address")
        bare = str(url.copy_with(query=None))
        proof = self._signer.headers("GET", bare, dict(url.params)) if self._is_private(url) else {}
        return Located(reference.url, proof)

    async def aclose(self) -> None:
        """Nothing is open."""

    def _is_private(self, url: httpx.URL) -> bool:
        private = url.scheme == "https" and url.host in PRIVATE and url.port is None
        return private or _origin(url) == self._origin


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)


def build_media(settings: XSettings, deployment: Deployment) -> XMedia:
    """For the configured account."""
    return XMedia(settings)
