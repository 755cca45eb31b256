"""The web form: our own page and JSON API. The page is the door, so the channel has no adapter of its own."""

from channels.contract import Channel

CHANNEL = Channel(
    name="webform",
    title="Web form",
    parse="channels.webform.parse",
    settings="channels.webform.settings:WebformSettings",
    probe="channels.webform.probe:enter",
)
