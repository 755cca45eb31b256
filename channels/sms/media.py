"""MMS media: the address is in the webhook, Twilio wants our credentials for it and then sends us elsewhere.

Source: Twilio, "Accessing and viewing media"; the redirect leads to a store that must not get the credentials.
"""

from base64 import b64encode

import httpx

from channels.contract import Deployment, Located
from channels.sms.settings import SmsSettings
from schemas.errors import Refused
from schemas.message import MediaReference

TWILIO = ".twilio.com"


class TwilioMedia:
    """Adds the account's credentials for Twilio's own hosts and the configured one, and for no other."""

    def __init__(self, settings: SmsSettings) -> None:
        self.provider = settings.api_base
        self._origin = _origin(httpx.URL(settings.api_base))
        pair = f"{settings.account_sid}:{settings.auth_token.get_secret_value()}"
        self._proof = {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}

    async def locate(self, reference: MediaReference) -> Located:
        """The address as Twilio gave it; raises Refused for none."""
        try:
            url = httpx.URL(reference.url)
        except httpx.InvalidURL as error:
            raise Refused("no address of the web", "address") from error
        twilio = url.scheme == "https" and url.host.endswith(TWILIO) and url.port is None
        proven = twilio or _origin(url) == self._origin
        return Located(reference.url, self._proof if proven else {})

    async def aclose(self) -> None:
        """Nothing is open."""


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return (url.scheme, url.host, url.port)


def build_media(settings: SmsSettings, deployment: Deployment) -> TwilioMedia:
    """For the configured account."""
    return TwilioMedia(settings)
