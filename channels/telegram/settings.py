"""What an organisation sets to connect its Telegram bot: `CHANNEL_TELEGRAM_…`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.base_address import BaseAddress
from channels.publication import Publication, profile


class TelegramSettings(BaseSettings):
    """The bot's token. With `secret_token` updates come by webhook, without it by long polling."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_TELEGRAM_", extra="ignore")

    bot_token: SecretStr = SecretStr("")
    secret_token: SecretStr = SecretStr("")
    """What setWebhook was given as `secret_token` (1 to 256 of A-Z, a-z, 0-9, _ and -)."""
    secret_token_previous: SecretStr = SecretStr("")
    username: str = ""
    """The bot's user name, as people see it; the public page names it."""
    api_base: BaseAddress = "https://api.telegram.org"
    poll_seconds: float = Field(25.0, ge=0, le=50)
    """How long one long poll waits on Telegram's side."""
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""

    @property
    def enabled(self) -> bool:
        """True when there is a bot."""
        return bool(self.bot_token.get_secret_value())

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets a genuine webhook carries; empty when updates are polled."""
        every = (self.secret_token.get_secret_value(), self.secret_token_previous.get_secret_value())
        return tuple(secret for secret in every if secret)

    @property
    def publication(self) -> Publication:
        """The bot's name, which a link opens."""
        return profile(self.username, "https://t.me/")
