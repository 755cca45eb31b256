"""What an organisation sets to connect its Instagram account: `CHANNEL_INSTAGRAM_…`."""

from pydantic_settings import SettingsConfigDict

from channels.base_address import BaseAddress
from channels.meta_settings import MetaSettings
from channels.publication import Publication, profile


class InstagramSettings(MetaSettings):
    """See MetaSettings; `account_id` is the professional account's id."""

    model_config = SettingsConfigDict(env_prefix="CHANNEL_INSTAGRAM_", extra="ignore")

    api_base: BaseAddress = "https://graph.instagram.com"
    username: str = ""
    """The account's user name, as people see it; the public page names it."""

    @property
    def publication(self) -> Publication:
        """A conversation with the account."""
        return profile(self.username, "https://ig.me/m/")
