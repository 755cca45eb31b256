"""The stand-in for Telegram's Bot API from its settings: `SANDBOX_TELEGRAM_TOKEN`, the bot."""

from starlette.types import ASGIApp

from deploy.sandbox.place import Place
from deploy.sandbox.telegram.app import make_app

TOKEN = "8001:sandbox-token-of-nobody"


def build(place: Place) -> ASGIApp:
    """The app."""
    return make_app(place.setting("SANDBOX_TELEGRAM_TOKEN", TOKEN), place.data)
