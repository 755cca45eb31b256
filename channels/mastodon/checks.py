"""What `gateway doctor` asks of the Mastodon server: who our token says we are."""

from collections.abc import AsyncIterator

from channels.contract import Deployment, Finding
from channels.mastodon.api import MastodonApi
from channels.mastodon.settings import MastodonSettings
from schemas.errors import GatewayError


async def check(settings: MastodonSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the account."""
    what = f"Mastodon at {settings.base_url}"
    api = MastodonApi(settings, deployment.user_agent)
    try:
        me = await api.me()
    except GatewayError as error:
        yield Finding(what, False, f"CHANNEL_MASTODON_BASE_URL and CHANNEL_MASTODON_ACCESS_TOKEN: {error}")
    else:
        yield Finding(what, True, f"logged in as {me.account}")
    finally:
        await api.aclose()
