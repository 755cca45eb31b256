"""The settings that Messenger and Instagram have in common; each adds its name and its server."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class MetaSettings(BaseSettings):
    """Webhook secrets, the account's token, limits. Off until `app_secret` and `verify_token` are set."""

    app_secret: SecretStr = SecretStr("")
    app_secret_previous: SecretStr = SecretStr("")
    """Still accepted at the door after the secret was reset."""
    verify_token: SecretStr = SecretStr("")
    """The word that Meta's challenge must carry."""
    access_token: SecretStr = SecretStr("")
    account_id: str = ""
    """The page's or the professional account's id."""
    api_version: str = "v23.0"
    late_tag: str = ""
    """The message tag for letters outside the 24-hour window (`HUMAN_AGENT`); without one they are refused."""
    reconcile_seconds: float = Field(300.0, ge=0)
    """How often the conversations are read, because Meta omits some webhooks; 0 switches it off."""
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""

    @property
    def enabled(self) -> bool:
        """True when webhooks can be verified."""
        return bool(self.app_secret.get_secret_value() and self.verify_token.get_secret_value())

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The app secret and, during rotation, the one before it."""
        return (self.app_secret.get_secret_value(), self.app_secret_previous.get_secret_value())
