"""What an organisation sets to connect its page: `CHANNEL_MESSENGER_…`."""

from pydantic_settings import SettingsConfigDict

from channels.base_address import BaseAddress
from channels.meta_settings import MetaSettings
from channels.publication import Publication


class MessengerSettings(MetaSettings):
    """See MetaSettings; `account_id` is the page's id."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_MESSENGER_", extra="ignore")

    api_base: BaseAddress = "https://graph.facebook.com"

    @property
    def publication(self) -> Publication:
        """A conversation with the page."""
        return Publication(link=f"https://m.me/{self.account_id}" if self.account_id else "")
