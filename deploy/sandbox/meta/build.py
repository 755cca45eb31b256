"""The stand-in for Meta from its settings: the app's secret, the word of its challenge, the access token."""

from starlette.types import ASGIApp

from deploy.sandbox.meta.app import make_app
from deploy.sandbox.meta.world import App
from deploy.sandbox.place import Place


def build(place: Place) -> ASGIApp:
    """The app."""
    app = App(
        app_secret=place.setting("SANDBOX_META_APP_SECRET", "sandbox-app-secret"),
        verify_token=place.setting("SANDBOX_META_VERIFY_TOKEN", "sandbox-verify-token"),
        access_token=place.setting("SANDBOX_META_ACCESS_TOKEN", "sandbox-access-token"),
        webhook_url=place.webhooks,
    )
    return make_app(app, place.data)
