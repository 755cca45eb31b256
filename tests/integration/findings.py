"""What `gateway doctor` would be told by a channel's own checks."""

from typing import Any

from channels.contract import Channel, Deployment, Finding, load

HOUSE = Deployment("https://gateway.example", "Example", b"secret")


async def findings(channel: Channel, settings: Any) -> list[Finding]:
    """Every finding, in its order."""
    return [finding async for finding in load(channel.checks)(settings, HOUSE)]
