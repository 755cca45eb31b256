"""The stand-in for Twilio from its settings: account, our numbers, the URL that signatures are made for."""

from starlette.types import ASGIApp

from deploy.sandbox.place import Place
from deploy.sandbox.twilio.account import Account
from deploy.sandbox.twilio.app import make_app

SID = "AC00000000000000000000000000000001"
TOKEN = "sandbox-token-of-nobody"
NUMBERS = "+15005550006"


def build(place: Place) -> ASGIApp:
    """The app."""
    webhook_url = f"{place.webhooks}/sms"
    account = Account(
        sid=place.setting("SANDBOX_TWILIO_ACCOUNT_SID", SID),
        auth_token=place.setting("SANDBOX_TWILIO_AUTH_TOKEN", TOKEN),
        numbers=tuple(place.setting("SANDBOX_TWILIO_NUMBERS", NUMBERS).split(",")),
        webhook_url=webhook_url,
        signed_url=place.setting("SANDBOX_TWILIO_PUBLIC_URL", webhook_url),
    )
    return make_app(account, place.data)
