"""What an organisation may set for its form: `CHANNEL_WEBFORM_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebformSettings(BaseSettings):
    """Sizes are in bytes. `phone_region` (ISO 3166) reads numbers that were typed without a country code."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_WEBFORM_", extra="ignore")

    on: bool = True
    most_attachments: int = Field(5, ge=0, le=50)
    attachment_bytes: int = Field(10 * 1024 * 1024, ge=0)
    total_bytes: int = Field(25 * 1024 * 1024, ge=1024)
    phone_region: str = Field("", max_length=2)
    embed_origins: list[str] = Field(default_factory=list)
    """Sites that may show the form in a frame, for example `https://www.example.org`."""

    @property
    def enabled(self) -> bool:
        """The form needs no account anywhere: it is on unless it was switched off."""
        return self.on
