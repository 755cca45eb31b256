"""What `gateway doctor` asks of Meta for Messenger: the page behind the token."""

from collections.abc import AsyncIterator

from channels import meta_checks
from channels.contract import Deployment, Finding
from channels.messenger.adapter import build_graph
from channels.messenger.settings import MessengerSettings


async def check(settings: MessengerSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the page."""
    wrong = "CHANNEL_MESSENGER_ACCOUNT_ID and CHANNEL_MESSENGER_ACCESS_TOKEN"
    asked = meta_checks.Asked("messenger", settings.account_id, "name", wrong)
    async for finding in meta_checks.check(build_graph(settings), asked, deployment):
        yield finding
