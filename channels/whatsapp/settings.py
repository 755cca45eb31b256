"""What an organisation sets to connect its WhatsApp numbers: `CHANNEL_WHATSAPP_…`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.base_address import BaseAddress
from channels.publication import Publication


class WhatsappSettings(BaseSettings):
    """The app's secret and tokens. Off until `app_secret` and `verify_token` are set."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_WHATSAPP_", extra="ignore")

    app_secret: SecretStr = SecretStr("")
    app_secret_previous: SecretStr = SecretStr("")
    """Still accepted at the door after the secret was reset."""
    verify_token: SecretStr = SecretStr("")
    """The word that Meta's challenge must carry; any that was typed into the app's webhook form."""
    access_token: SecretStr = SecretStr("")
    """A system user's token with `whatsapp_business_messaging`."""
    phone_number_id: str = ""
    """The sender of letters that answer no message of ours."""
    phone_number: str = ""
    """Our number, as people see it; the public page names it."""
    api_base: BaseAddress = "https://graph.facebook.com"
    api_version: str = "v23.0"
    template_name: str = ""
    """An approved template with one body parameter, the reference: sent outside the 24-hour window."""
    template_language: str = "en"
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""

    @property
    def enabled(self) -> bool:
        """True when webhooks can be verified."""
        return bool(self.app_secret.get_secret_value() and self.verify_token.get_secret_value())

    @property
    def publication(self) -> Publication:
        """The number, which a link opens a chat with."""
        digits = "".join(filter(str.isdigit, self.phone_number))
        return Publication(self.phone_number, f"https://wa.me/{digits}" if digits else "")
