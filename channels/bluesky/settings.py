"""What an organisation sets to connect its Bluesky account: `CHANNEL_BLUESKY_…`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.base_address import BaseAddress
from channels.publication import Publication, profile


class BlueskySettings(BaseSettings):
    """The account and an app password (with access to direct messages). Off until both are set."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_BLUESKY_", extra="ignore")

    handle: str = ""
    app_password: SecretStr = SecretStr("")
    service: BaseAddress = "https://bsky.social"
    """The account's own server (PDS)."""
    directory: str = "https://plc.directory"
    """Where a person's own server is asked for, to fetch pictures from it."""
    chat: bool = True
    """Read and answer direct messages as well."""
    poll_seconds: float = Field(15.0, gt=0)
    watch_seconds: float = Field(600.0, gt=0)
    """How often the latest 25 complaints are looked at for deletions."""
    backfill: bool = False
    """Take in notifications from before the first start; they get no letters."""
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""

    @property
    def enabled(self) -> bool:
        """True when there is an account."""
        return bool(self.handle and self.app_password.get_secret_value())

    @property
    def publication(self) -> Publication:
        """The account's page."""
        return profile(self.handle, "https://bsky.app/profile/")
