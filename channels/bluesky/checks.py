"""What `gateway doctor` asks of Bluesky: whether the app password opens the account, and its direct messages."""

from collections.abc import AsyncIterator

from channels.bluesky.session import Session
from channels.bluesky.settings import BlueskySettings
from channels.contract import Deployment, Finding
from schemas.errors import GatewayError


async def check(settings: BlueskySettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the account, one for direct messages when they are read."""
    what, session = f"Bluesky at {settings.service}", Session(settings)
    try:
        yield Finding(what, True, f"logged in as {await session.did()}")
        if settings.chat:
            await session.query("chat.bsky.convo.getLog", {}, chat=True)
            yield Finding(f"{what}, direct messages", True, "answers")
    except GatewayError as error:
        cure = "CHANNEL_BLUESKY_HANDLE and CHANNEL_BLUESKY_APP_PASSWORD (with access to direct messages)"
        yield Finding(what, False, f"{cure}: {error}")
    finally:
        await session.aclose()
