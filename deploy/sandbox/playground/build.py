"""The playground beside `gateway up --sandbox`: what it must know stands in the data folder's run.json."""

from starlette.types import ASGIApp

from deploy.sandbox.place import Place
from deploy.sandbox.playground.app import make_app
from deploy.sandbox.playground.world import World


def build(place: Place) -> ASGIApp:
    """The app."""
    return make_app(World(place.folder / "run.json", place.setting("GATEWAY_OPERATOR_TOKEN", "")))
