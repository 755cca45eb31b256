"""The ways to complain that the public page names: every channel that is set up and that people use by themselves."""

from channels.contract import load
from channels.publication import Published
from channels.registry import CHANNELS
from gateway import environment
from gateway.front import Way


def ways(organisation: str) -> list[Way]:
    """From the settings, in the order of the registry; the form is the page's own."""
    found = []
    for channel in CHANNELS:
        settings = environment.read(load(channel.settings))
        if not settings.enabled or not isinstance(settings, Published):
            continue
        told = settings.publication
        if told is not None:
            found.append(Way(channel.title, told.address or organisation, told.link))
    return found
