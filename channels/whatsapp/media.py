"""Media by id: the Graph API says where, for five minutes, and both calls want the token.

Source: WhatsApp Business Platform, "Media": GET /MEDIA_ID, then GET the `url` with the same bearer token.
"""

import httpx

from channels.calls import answered
from channels.contract import Deployment, Located
from channels.meta_graph import Graph
from channels.whatsapp.settings import WhatsappSettings
from schemas.errors import Unavailable
from schemas.message import MediaReference

META = (".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net")
"""Whose servers may see the token, beside the configured one."""


class WhatsappMedia:
    """Asks for the address each time, so an expired one does no harm."""

    def __init__(self, settings: WhatsappSettings) -> None:
        token = settings.access_token.get_secret_value()
        self.provider = settings.api_base
        self._graph = Graph(settings.api_base, settings.api_version, token, settings.timeout_seconds)
        self._proof = {"Authorization": f"Bearer {token}"}

    async def locate(self, reference: MediaReference) -> Located:
        """Where the file is; raises Refused, Unavailable."""
        answer = answered(await self._graph.get(f"/{reference.media_id}"))
        try:
            url = httpx.URL(answer["url"])
        except (KeyError, TypeError, httpx.InvalidURL) as error:
            raise Unavailable("Meta names no address for this file") from error
        return Located(str(url), self._proof if self._is_metas(url) else {})

    async def aclose(self) -> None:
        """Close the connections."""
        await self._graph.aclose()

    def _is_metas(self, url: httpx.URL) -> bool:
        base = httpx.URL(self.provider)
        ours = (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)
        return ours or (url.scheme == "https" and url.host.endswith(META))


def build_media(settings: WhatsappSettings, deployment: Deployment) -> WhatsappMedia:
    """For the configured app."""
    return WhatsappMedia(settings)
