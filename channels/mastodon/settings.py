"""What an organisation sets to connect its Mastodon account: `CHANNEL_MASTODON_…`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.base_address import BaseAddress
from channels.publication import Publication


class MastodonSettings(BaseSettings):
    """The server and the account's token (scopes `read`, `write:statuses`); off until both are set."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_MASTODON_", extra="ignore")

    base_url: BaseAddress = ""
    access_token: SecretStr = SecretStr("")
    streaming: bool = True
    """Be told by server-sent events; polling goes on beside it."""
    streaming_url: str = ""
    """Where the streaming API is, when it is not the server's own address."""
    poll_seconds: float = Field(30.0, gt=0)
    """At most this long between two looks, also while the stream is silent."""
    watch_seconds: float = Field(600.0, gt=0)
    """How often the latest complaints are looked at for edits and deletions that the stream did not tell."""
    watch_posts: int = Field(20, ge=0, le=200)
    backfill: bool = False
    """Take in mentions from before the first start; they get no letters."""
    public_answers: Literal["public", "unlisted"] = "unlisted"
    """How an answer to a public post is shown; direct messages are always answered directly."""
    characters: int = Field(500, ge=100)
    """The server's limit for a post."""
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""

    @property
    def enabled(self) -> bool:
        """True when there is a server and a token."""
        return bool(self.base_url and self.access_token.get_secret_value())

    @property
    def publication(self) -> Publication:
        """The server; the account is named where its posts are."""
        return Publication(self.base_url, self.base_url)
