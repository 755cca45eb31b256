"""What `gateway doctor` asks of Meta for Instagram: the account behind the token."""

from collections.abc import AsyncIterator

from channels import meta_checks
from channels.contract import Deployment, Finding
from channels.instagram.adapter import build_graph
from channels.instagram.settings import InstagramSettings


async def check(settings: InstagramSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the account."""
    wrong = "CHANNEL_INSTAGRAM_ACCOUNT_ID and CHANNEL_INSTAGRAM_ACCESS_TOKEN"
    asked = meta_checks.Asked("instagram", settings.account_id, "username", wrong)
    async for finding in meta_checks.check(build_graph(settings), asked, deployment):
        yield finding
