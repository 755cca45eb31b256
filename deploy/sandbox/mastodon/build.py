"""The stand-in for a Mastodon server from its settings: `SANDBOX_MASTODON_ACCOUNTS`, names and tokens."""

from starlette.types import ASGIApp

from deploy.sandbox.mastodon.app import make_app
from deploy.sandbox.mastodon.people import parse_people
from deploy.sandbox.place import Place

ACCOUNTS = '{"complaints": "token-complaints", "anna": "token-anna", "boris": "token-boris"}'
HEARTBEAT_SECONDS = "15"  # as Mastodon's


def build(place: Place) -> ASGIApp:
    """The app; raises ValueError for accounts that cannot be read."""
    people = parse_people(place.setting("SANDBOX_MASTODON_ACCOUNTS", ACCOUNTS))
    heartbeat = float(place.setting("SANDBOX_MASTODON_HEARTBEAT_SECONDS", HEARTBEAT_SECONDS))
    return make_app(people, place.data, place.url, heartbeat)
