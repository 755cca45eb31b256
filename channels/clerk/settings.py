"""What an organisation may set for its clerks' desk: `CHANNEL_CLERK_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ClerkSettings(BaseSettings):
    """Entry by staff, for complaints that come by telephone, by letter or at the counter."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_CLERK_", extra="ignore")

    on: bool = Field(True, description="Staff may enter complaints in the console.")

    @property
    def enabled(self) -> bool:
        """The desk needs no account anywhere; operators only reach it."""
        return self.on
