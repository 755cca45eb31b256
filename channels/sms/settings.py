"""What an organisation sets to connect its Twilio numbers: `CHANNEL_SMS_…`."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.base_address import BaseAddress
from channels.publication import Publication
from channels.setting_words import SecretWords


class SmsSettings(BaseSettings):
    """The account, the way out, and the limits. Off until `account_sid` and `auth_token` are set."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_SMS_", extra="ignore")

    account_sid: str = ""
    auth_token: SecretStr = SecretStr("")
    auth_token_previous: SecretStr = SecretStr("")
    """Still accepted at the door while Twilio's secondary token is promoted."""
    signing_secrets: SecretWords = Field(default_factory=list)
    """Further secrets a webhook may be signed with: tokens of subaccounts, shared keys."""
    public_url: str = ""
    """The address that Twilio was given for webhooks, when it is not the gateway's public URL + `/in/sms`."""
    api_base: BaseAddress = "https://api.twilio.com"
    messaging_service_sid: str = ""
    from_number: str = ""
    """The sender of letters that do not answer a message of ours (E.164)."""
    status_callbacks: bool = True
    most_segments: int = Field(6, ge=1, le=10)
    timeout_seconds: float = Field(5.0, gt=0, le=7)
    """Bound of one call; below the lease of a letter (8 s)."""
    threads: int = Field(16, ge=1, le=64)

    @property
    def enabled(self) -> bool:
        """True when webhooks can be verified."""
        return bool(self.account_sid and self.auth_token.get_secret_value())

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Every secret that a genuine webhook may be signed with."""
        every = (self.auth_token, self.auth_token_previous, *self.signing_secrets)
        return tuple(secret.get_secret_value() for secret in every if secret.get_secret_value())

    @property
    def publication(self) -> Publication | None:
        """Our number; a messaging service alone names none."""
        return Publication(self.from_number, f"sms:{self.from_number}") if self.from_number else None
