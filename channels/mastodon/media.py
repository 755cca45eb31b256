"""Media of posts are at public addresses of some server; only our own server may lie in a private network."""

from channels.contract import Deployment, Located
from channels.mastodon.settings import MastodonSettings
from schemas.message import MediaReference


class MastodonMedia:
    """The address in the post is where it is; no credentials are needed."""

    def __init__(self, provider: str) -> None:
        self.provider = provider

    async def locate(self, reference: MediaReference) -> Located:
        """As the post says."""
        return Located(reference.url)

    async def aclose(self) -> None:
        """Nothing is open."""


def build_media(settings: MastodonSettings, deployment: Deployment) -> MastodonMedia:
    """For the configured server."""
    return MastodonMedia(settings.base_url)
