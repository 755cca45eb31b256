"""What staff take down for somebody: on the telephone, from a letter, at the counter."""

from channels.contract import Channel
from schemas.names import ChannelName


def _channel(name: ChannelName, title: str) -> Channel:
    return Channel(
        name=name,
        title=title,
        parse=f"channels.clerk.{name}",
        settings="channels.clerk.settings:ClerkSettings",
    )


TELEPHONE = _channel("telephone", "Telephone")
LETTER = _channel("letter", "Letter")
COUNTER = _channel("counter", "Counter")
