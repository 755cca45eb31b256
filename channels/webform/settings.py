"""What an organisation may set for its form: `CHANNEL_WEBFORM_…`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.setting_words import Words


class WebformSettings(BaseSettings):
    """The hosted form, its limits, and who may embed it."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_WEBFORM_", extra="ignore")

    on: bool = Field(True, description="Whether the form is there.")
    most_attachments: int = Field(5, ge=0, le=50, description="Files for one complaint; 0 takes none.")
    attachment_bytes: int = Field(10 * 1024 * 1024, ge=0, description="Largest file.")
    total_bytes: int = Field(25 * 1024 * 1024, ge=1024, description="All files of one complaint together.")
    letters_per_network_hour: int = Field(
        30,
        ge=1,
        description="Forms with an address from one network (IPv4 address, IPv6 /64) in an hour; letters of more wait"
        " for a person.",
    )
    forms_per_network_minute: int = Field(
        20,
        ge=1,
        description="Forms from one network in a minute that nobody else waits for; more go a slower lane.",
    )
    phone_region: str = Field(
        "", max_length=2, description="Country (ISO 3166) of numbers that were typed without a country code."
    )
    embed_origins: Words = Field(
        default_factory=list, description="Sites that may frame the form, as `https://www.example.org`."
    )

    @property
    def enabled(self) -> bool:
        """The form needs no account anywhere: it is on unless it was switched off."""
        return self.on
