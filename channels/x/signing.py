"""Signs calls as the configured account: nonce and time are made here, the signature itself in `oauth.py`."""

import secrets
import time
from collections.abc import Mapping

from channels.x.oauth import Keys, Once, authorization
from channels.x.settings import XSettings


class Signer:
    """The app's and the account's keys."""

    def __init__(self, settings: XSettings) -> None:
        self._keys = Keys(
            settings.consumer_key,
            settings.consumer_secret.get_secret_value(),
            settings.access_token,
            settings.access_token_secret.get_secret_value(),
        )

    def headers(self, method: str, url: str, query: Mapping[str, str]) -> dict[str, str]:
        """What proves one call of `url` (without query) with `query`; good once."""
        once = Once(secrets.token_hex(16), int(time.time()))
        return {"Authorization": authorization(self._keys, once, method, url, query)}
