"""The stand-in for X from its settings: the app's keys and the token of our account, which is 42, @we."""

from starlette.types import ASGIApp

from deploy.sandbox.place import Place
from deploy.sandbox.x.app import Keys, make_app


def build(place: Place) -> ASGIApp:
    """The app; it tells a webhook when it knows where webhooks go."""
    keys = Keys(
        consumer_key=place.setting("SANDBOX_X_CONSUMER_KEY", "sandbox-key"),
        consumer_secret=place.setting("SANDBOX_X_CONSUMER_SECRET", "sandbox-secret"),
        token=place.setting("SANDBOX_X_ACCESS_TOKEN", "42-sandbox-token"),
        webhook_url=f"{place.webhooks}/x" if place.webhooks else "",
    )
    return make_app(keys, place.data)
