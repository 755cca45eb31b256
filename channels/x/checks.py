"""What `gateway doctor` asks of X: whose account the keys open (one call, which counts)."""

from collections.abc import AsyncIterator

from channels.calls import told
from channels.contract import Deployment, Finding
from channels.x.api import XApi
from channels.x.settings import XSettings
from schemas.errors import GatewayError, Unavailable


async def check(settings: XSettings, deployment: Deployment) -> AsyncIterator[Finding]:
    """One finding for the account."""
    what, api = f"X at {settings.api_base}", XApi(settings)
    try:
        me = await api.me()
        number = told(me, "id", unsure=Unavailable)
        right, cure = number == settings.user_id, f"set CHANNEL_X_USER_ID to {number}"
        yield Finding(what, right, f"logged in as @{me.get('username', '')}" if right else cure)
    except GatewayError as error:
        yield Finding(what, False, f"CHANNEL_X_CONSUMER_KEY, _SECRET, _ACCESS_TOKEN and _SECRET: {error}")
    finally:
        await api.aclose()
