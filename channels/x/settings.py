"""What an organisation sets to connect its X account: `CHANNEL_X_…`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.base_address import BaseAddress
from channels.publication import Publication, profile


class XSettings(BaseSettings):
    """The app's keys and the account's tokens (OAuth 1.0a, user context). Off until the consumer secret is set."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_X_", extra="ignore")

    consumer_key: str = ""
    consumer_secret: SecretStr = SecretStr("")
    consumer_secret_previous: SecretStr = SecretStr("")
    """Still accepted at the door after the secret was regenerated."""
    access_token: str = ""
    access_token_secret: SecretStr = SecretStr("")
    user_id: str = ""
    """Our account's id."""
    username: str = ""
    """The account's user name, as people see it; the public page names it."""
    api_base: BaseAddress = "https://api.x.com"
    poll_seconds: float = Field(0.0, ge=0)
    """How often mentions and direct messages are read; every look costs. 0: only the webhook."""
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""

    @property
    def enabled(self) -> bool:
        """True when webhooks can be verified."""
        return bool(self.consumer_secret.get_secret_value())

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The consumer secret and, during rotation, the one before it."""
        every = (self.consumer_secret.get_secret_value(), self.consumer_secret_previous.get_secret_value())
        return tuple(secret for secret in every if secret)

    @property
    def publication(self) -> Publication:
        """The account's page."""
        return profile(self.username, "https://x.com/")
