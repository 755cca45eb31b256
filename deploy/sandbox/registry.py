"""Every stand-in there is, and where it is built; a room is imported when its stand-in is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import cast

from starlette.types import ASGIApp

from deploy.sandbox.place import Place

NAMES = ("twilio", "mastodon", "meta", "telegram", "bluesky", "x", "playground")


def build(name: str, place: Place) -> ASGIApp:
    """The app of one stand-in: `deploy.sandbox.<name>.build.build(place)`. Raises ValueError for a wrong setting."""
    room = import_module(f"deploy.sandbox.{name}.build")
    return cast(Callable[[Place], ASGIApp], room.build)(place)
