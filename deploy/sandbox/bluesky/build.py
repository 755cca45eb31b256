"""The stand-in for a Bluesky server from its settings: `SANDBOX_BLUESKY_ACCOUNTS`, names and app passwords."""

import json

from starlette.types import ASGIApp

from deploy.sandbox.bluesky.app import make_app
from deploy.sandbox.bluesky.network import Account
from deploy.sandbox.place import Place

ACCOUNTS = '{"complaints": "password-complaints", "anna": "password-anna"}'


def build(place: Place) -> ASGIApp:
    """The app; raises ValueError for accounts that are no JSON."""
    known = json.loads(place.setting("SANDBOX_BLUESKY_ACCOUNTS", ACCOUNTS))
    return make_app([Account(name, password) for name, password in known.items()], place.data)
